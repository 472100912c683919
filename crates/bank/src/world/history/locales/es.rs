//! Spanish prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// Spain.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "ES",
    scale: 75,
    paid_twice_a_month: false,
    places: &[("Puerto Jazmín", "AN"), ("Villalmendra", "VC")],
    everyday: "Cuenta corriente",
    savings: "Cuenta de ahorro",
    card: "Tarjeta Olivar",
    merchants: &[
        Merchant::new(Kind::Salary, "Talleres Cigüeña", "NOMINA TALLERES CIGUENA"),
        Merchant::new(Kind::Rent, "Fincas Jazmín", "RECIBO ALQUILER FINCAS JAZMIN"),
        Merchant::new(Kind::Power, "Luz del Sur", "RECIBO LUZ DEL SUR"),
        Merchant::new(Kind::Water, "Aguas de Jazmín", "RECIBO AGUAS DE JAZMIN"),
        Merchant::new(Kind::Internet, "Fibra Alegre", "RECIBO FIBRA ALEGRE"),
        Merchant::new(Kind::Phone, "Grillo Móvil", "RECIBO GRILLO MOVIL"),
        Merchant::new(
            Kind::Insurance,
            "Seguros Paraguas",
            "RECIBO SEGUROS PARAGUAS",
        ),
        Merchant::new(Kind::Groceries, "Mercado La Parra", "MERCADO LA PARRA"),
        Merchant::new(Kind::Groceries, "Frutas Remedios", "FRUTAS REMEDIOS"),
        Merchant::new(Kind::Groceries, "Despensa Azul", "DESPENSA AZUL"),
        Merchant::new(Kind::Coffee, "Café Azahar", "CAFE AZAHAR"),
        Merchant::new(Kind::Coffee, "Churrería Lola", "CHURRERIA LOLA"),
        Merchant::new(Kind::Restaurant, "Casa Tomillo", "CASA TOMILLO"),
        Merchant::new(Kind::Restaurant, "El Pulpo Sabio", "EL PULPO SABIO"),
        Merchant::new(Kind::FastFood, "Bocata Veloz", "BOCATA VELOZ"),
        Merchant::new(Kind::Transit, "Metro Jazmín", "METRO JAZMIN"),
        Merchant::new(Kind::Fuel, "Gasolinera Sol", "GASOLINERA SOL"),
        Merchant::new(Kind::Clothing, "Hilo Fino", "HILO FINO"),
        Merchant::new(Kind::Electronics, "Chispazo", "CHISPAZO"),
        Merchant::new(Kind::Books, "Librería Cervatillo", "LIBRERIA CERVATILLO"),
        Merchant::new(Kind::Pharmacy, "Farmacia Romero", "FARMACIA ROMERO"),
        Merchant::new(Kind::Dentist, "Clínica Muela", "CLINICA MUELA"),
        Merchant::new(Kind::Cinema, "Cine Verano", "CINE VERANO"),
        Merchant::new(Kind::Gym, "Gimnasio Ronda", "RECIBO GIMNASIO RONDA"),
        Merchant::new(Kind::Hair, "Peluquería Rizo", "PELUQUERIA RIZO"),
        Merchant::new(Kind::Donation, "Amigos del Lince", "AMIGOS DEL LINCE"),
    ],
};
