//! Which banks can be linked, and the ways to log in at each.

use std::collections::BTreeMap;

use super::super::SyncError;
use super::key_of;
use crate::context::Ctx;
use domain::connection::LinkStatus;
use domain::feed::Institution;
use domain::id::ConnectionId;
use domain::problem::Problem;
use domain::provider::{Capabilities, CredentialField, LONGEST_NAME};
use domain::search::fold;
use domain::secret::Secret;
use domain::text::one_line;
use domain::user::User;
use providers::WidgetPurpose;

/// A bank that can be linked, and by which providers.
#[derive(Clone, Debug)]
pub struct OfferedBank {
    /// Its name, as the first of them writes it.
    pub name: String,
    /// Its site, where one of them says it.
    pub url: Option<String>,
    /// A logo, where one of them has it.
    pub logo: Option<Vec<u8>>,
    /// The ways to it, one for each provider that reaches it.
    pub ways: Vec<Way>,
}

/// How a provider reaches a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The provider's word.
    pub provider: &'static str,
    /// What people call the provider.
    pub title: &'static str,
    /// The provider's id of the institution.
    pub institution_id: String,
    /// Whether the bank has a log-in of its own, and takes no credentials here.
    pub has_own_login: bool,
    /// What the provider can do.
    pub can: Capabilities,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct OfferedBanks {
    /// The banks, in the order in which the providers tell them.
    pub banks: Vec<OfferedBank>,
    /// Why a provider told nothing, for each that did not.
    pub refusals: Vec<Problem>,
}

/// How banks are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether there are banks that only a search of ours leads to.
    pub searches: bool,
    /// What people call the provider that has a window with a search of its own, if one does.
    pub window: Option<&'static str>,
}

/// How banks are found with the providers that are set up.
#[must_use]
pub fn finding(ctx: &Ctx) -> Finding {
    let window = ctx
        .providers
        .first_that(|can| can.script_link || can.hosted_link);
    Finding {
        searches: ctx
            .providers
            .first_that(|can| can.credentials && can.search)
            .is_ok(),
        window: window.ok().map(|provider| provider.title()),
    }
}

/// Banks whose names hold a text, of every provider; one that several providers reach is told once, with each of
/// them. A provider that does not answer holds up no other. A text without a letter or digit is in no name.
pub async fn institutions(ctx: &Ctx, name: &str) -> OfferedBanks {
    let mut found = OfferedBanks::default();
    if !name.is_empty() && fold(name).is_empty() {
        return found;
    }
    // Marks that nobody sees come with what is pasted.
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}');
    let name = one_line(name);
    let name: String = name.chars().filter(seen).take(LONGEST_NAME).collect();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for provider in ctx.providers.all().filter(|it| it.capabilities().search) {
        let offered = match provider.institutions(&name, 1).await {
            Ok(offered) => offered,
            Err(refusal) => {
                found.refusals.push(refusal);
                continue;
            }
        };
        for it in offered.institutions {
            let way = Way {
                provider: provider.name(),
                title: provider.title(),
                institution_id: it.institution.provider_id.clone(),
                has_own_login: it.has_own_login,
                can: provider.capabilities(),
            };
            let key = fold(&it.institution.name);
            match places.get(&key).and_then(|at| found.banks.get_mut(*at)) {
                Some(bank) if bank.ways.iter().all(|known| known.provider != way.provider) => {
                    bank.url = bank.url.take().or(it.institution.url);
                    bank.logo = bank.logo.take().or(it.institution.logo);
                    bank.ways.push(way);
                }
                _ => {
                    places.insert(key, found.banks.len());
                    found.banks.push(bank_of(it.institution, way));
                }
            }
        }
    }
    found
}

fn bank_of(institution: Institution, way: Way) -> OfferedBank {
    OfferedBank {
        name: institution.name,
        url: institution.url,
        logo: institution.logo,
        ways: vec![way],
    }
}

/// What people call a provider.
#[must_use]
pub fn provider_title(ctx: &Ctx, provider: &str) -> String {
    let named = ctx.providers.named(provider);
    named.map_or_else(|_| provider.to_owned(), |it| it.title().to_owned())
}

/// An institution of a provider's, and what its log-in asks for; no fields for one with a log-in of its own.
///
/// # Errors
/// The provider's refusal, also when it takes no log-ins that are typed here.
pub async fn credential_fields(
    ctx: &Ctx,
    provider: &str,
    institution: &str,
) -> Result<(Institution, Vec<CredentialField>), SyncError> {
    let provider = ctx.providers.named(provider)?;
    let fields = provider.credential_fields(institution).await?;
    Ok((provider.institution(institution).await?, fields))
}

/// The address of a provider's page for credentials and challenges, to be shown inside ours: for a new bank, which may be
/// named, or for a connection of the person's. It opens once.
///
/// # Errors
/// [`SyncError::NotFound`]; the provider's refusal, also when it has no such page.
pub async fn widget_url(
    ctx: &Ctx,
    user: &User,
    provider: &str,
    institution: Option<&str>,
    connection: Option<&ConnectionId>,
) -> Result<Secret, SyncError> {
    let repaired = match connection {
        Some(id) => Some(key_of(ctx, user, id).await?),
        None => None,
    };
    if repaired
        .as_ref()
        .is_some_and(|(it, _)| it.provider != provider)
    {
        return Err(SyncError::NotFound);
    }
    let purpose = match &repaired {
        // The provider does not know it yet.
        Some((_, token)) if token.expose().is_empty() => WidgetPurpose::NewBank(institution),
        Some((it, token)) if it.link_status() == LinkStatus::Success => {
            WidgetPurpose::NewLogIn(token)
        }
        Some((_, token)) => WidgetPurpose::Repair(token),
        None => WidgetPurpose::NewBank(institution),
    };
    let provider = ctx.providers.named(provider)?;
    Ok(provider.widget_url(user.id.as_str(), purpose).await?)
}
