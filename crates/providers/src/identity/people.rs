//! Google's People API, for the birthday alone: it is not in the profile
//! (developers.google.com/people/api/rest/v1/people/get).

use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use super::http::Http;
use super::profile::day;
use domain::identity::SignInError;
use domain::secret::Secret;

/// Where Google's is.
pub const GOOGLE_PEOPLE: &str = "https://people.googleapis.com";
/// What has to be allowed for it.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/user.birthday.read";

/// What the API says of the person whose token this is.
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

/// The birthday among those that are told: the one with a year, for the one of the profile often has none.
pub(super) fn with_year(told: &Value) -> Option<Date> {
    let all = told.get("birthdays")?.as_array()?;
    all.iter().find_map(|one| {
        let date = one.get("date")?;
        let part = |name| date.get(name)?.as_i64();
        day(part("year")?, part("month")?, part("day")?)
    })
}
