//! Lists the banks that can be linked, and the ways to log in at each.

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

/// A bank that can be linked.
#[derive(Clone, Debug)]
pub struct OfferedBank {
    /// Its name, as the first provider spells it.
    pub name: String,
    /// Its website, if a provider gives it.
    pub url: Option<String>,
    /// Its logo, if a provider has it.
    pub logo: Option<Vec<u8>>,
    /// One way for each provider that reaches it.
    pub ways: Vec<Way>,
}

/// How a provider reaches a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The provider's name in code and addresses.
    pub provider: &'static str,
    /// The provider's display name.
    pub title: &'static str,
    /// The provider's id of the institution.
    pub institution_id: String,
    /// Whether people log in on the bank's own page, so that no credentials are typed here.
    pub has_own_login: bool,
    /// What the provider can do.
    pub can: Capabilities,
}

/// The result of a search.
#[derive(Clone, Debug, Default)]
pub struct OfferedBanks {
    /// The banks, in the order in which the providers list them.
    pub banks: Vec<OfferedBank>,
    /// One problem for each provider that did not answer.
    pub refusals: Vec<Problem>,
}

/// How a person can find their bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether some banks can be found only with our own search.
    pub searches: bool,
    /// The display name of the provider whose window has a search of its own, if there is one.
    pub window: Option<&'static str>,
}

/// Returns how banks are found with the providers that are set up.
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

/// Returns the banks of every provider whose names contain a text. A bank that several providers reach is listed once,
/// with a way for each. A provider that does not answer does not hold up the others. A text without a letter or digit
/// matches nothing.
pub async fn institutions(ctx: &Ctx, name: &str) -> OfferedBanks {
    let mut found = OfferedBanks::default();
    if !name.is_empty() && fold(name).is_empty() {
        return found;
    }
    // Pasted text can contain invisible characters.
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

/// Returns a provider's display name, for pages, which do not see the providers.
#[must_use]
pub fn provider_title(ctx: &Ctx, provider: &str) -> String {
    ctx.providers.title_of(provider).to_owned()
}

/// Returns a provider's institution and the fields that its log-in asks for. No fields if the bank has its own log-in
/// page.
///
/// # Errors
/// When the provider rejects the request, or accepts no credentials that are typed into Passbook.
pub async fn credential_fields(
    ctx: &Ctx,
    provider: &str,
    institution: &str,
) -> Result<(Institution, Vec<CredentialField>), SyncError> {
    let provider = ctx.providers.named(provider)?;
    let fields = provider.credential_fields(institution).await?;
    Ok((provider.institution(institution).await?, fields))
}

/// Returns the URL of a provider's widget for credentials and challenges, to be embedded in a page of ours. It is for a
/// connection of the person, or for a new bank: `institution`, or one chosen in the widget. The URL works once.
///
/// # Errors
/// [`SyncError::NotFound`]; also when the provider rejects the request or has no widget.
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
        // The provider does not know this connection yet.
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
