//! Spanish prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// Spain.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "ES",
    scale: 75,
    paid_twice: false,
    places: &[("Puerto Jazmín", "AN"), ("Villalmendra", "VC")],
    everyday: "Cuenta corriente",
    savings: "Cuenta de ahorro",
    card: "Tarjeta Olivar",
    shops: &[
        Shop::new(Kind::Salary, "Talleres Cigüeña", "NOMINA TALLERES CIGUENA"),
        Shop::new(Kind::Rent, "Fincas Jazmín", "RECIBO ALQUILER FINCAS JAZMIN"),
        Shop::new(Kind::Power, "Luz del Sur", "RECIBO LUZ DEL SUR"),
        Shop::new(Kind::Water, "Aguas de Jazmín", "RECIBO AGUAS DE JAZMIN"),
        Shop::new(Kind::Internet, "Fibra Alegre", "RECIBO FIBRA ALEGRE"),
        Shop::new(Kind::Phone, "Grillo Móvil", "RECIBO GRILLO MOVIL"),
        Shop::new(
            Kind::Insurance,
            "Seguros Paraguas",
            "RECIBO SEGUROS PARAGUAS",
        ),
        Shop::new(Kind::Groceries, "Mercado La Parra", "MERCADO LA PARRA"),
        Shop::new(Kind::Groceries, "Frutas Remedios", "FRUTAS REMEDIOS"),
        Shop::new(Kind::Groceries, "Despensa Azul", "DESPENSA AZUL"),
        Shop::new(Kind::Coffee, "Café Azahar", "CAFE AZAHAR"),
        Shop::new(Kind::Coffee, "Churrería Lola", "CHURRERIA LOLA"),
        Shop::new(Kind::Restaurant, "Casa Tomillo", "CASA TOMILLO"),
        Shop::new(Kind::Restaurant, "El Pulpo Sabio", "EL PULPO SABIO"),
        Shop::new(Kind::FastFood, "Bocata Veloz", "BOCATA VELOZ"),
        Shop::new(Kind::Transit, "Metro Jazmín", "METRO JAZMIN"),
        Shop::new(Kind::Fuel, "Gasolinera Sol", "GASOLINERA SOL"),
        Shop::new(Kind::Clothing, "Hilo Fino", "HILO FINO"),
        Shop::new(Kind::Electronics, "Chispazo", "CHISPAZO"),
        Shop::new(Kind::Books, "Librería Cervatillo", "LIBRERIA CERVATILLO"),
        Shop::new(Kind::Pharmacy, "Farmacia Romero", "FARMACIA ROMERO"),
        Shop::new(Kind::Dentist, "Clínica Muela", "CLINICA MUELA"),
        Shop::new(Kind::Cinema, "Cine Verano", "CINE VERANO"),
        Shop::new(Kind::Gym, "Gimnasio Ronda", "RECIBO GIMNASIO RONDA"),
        Shop::new(Kind::Hair, "Peluquería Rizo", "PELUQUERIA RIZO"),
        Shop::new(Kind::Donation, "Amigos del Lince", "AMIGOS DEL LINCE"),
    ],
};
