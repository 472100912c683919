//! Google's People API, used only for the birthday, which the profile lacks
//! (developers.google.com/people/api/rest/v1/people/get).

use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use super::http::Http;
use super::profile::day;
use domain::identity::SignInError;
use domain::secret::Secret;

/// The base URL of Google's People API.
pub const GOOGLE_PEOPLE: &str = "https://people.googleapis.com";
/// The scope that it needs.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/user.birthday.read";

/// Fetches the birthdays of the token's owner.
pub(super) async fn birthdays(
    http: &Http,
    base: &Url,
    token: &Secret,
) -> Result<Value, SignInError> {
    let address = format!("{}/v1/people/me", base.as_str().trim_end_matches('/'));
    let mut url: Url = address
        .parse()
        .map_err(|_| SignInError::Unavailable("the People API has no address".into()))?;
    url.query_pairs_mut()
        .append_pair("personFields", "birthdays");
    Ok(http.get("birthday", url, Some(token)).await?.body)
}

/// Returns the first birthday with a year. The birthday of the profile often has none.
pub(super) fn with_year(told: &Value) -> Option<Date> {
    let all = told.get("birthdays")?.as_array()?;
    all.iter().find_map(|one| {
        let date = one.get("date")?;
        let part = |name| date.get(name)?.as_i64();
        day(part("year")?, part("month")?, part("day")?)
    })
}
