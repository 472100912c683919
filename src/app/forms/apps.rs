//! The admin's forms for apps. Like their other forms, these answer "not found" to everyone else.

use leptos::prelude::*;

use super::people::problems;
use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::parts::scopes;
use crate::app::visitor;
use crate::auth::oauth::NewClient;
use crate::operator;
use domain::secret::Secret;

/// The path of the page that lists all apps; the forms lead back to it.
pub const PAGE: &str = "/admin/apps";

/// Registers an app. The next page shows its secret once.
#[server(name = RegisterApp, prefix = "/forms", endpoint = "admin/app-add")]
pub async fn register_app(
    #[server(default)] name: String,
    #[server(default)] redirect_uris: String,
    #[server(default)] read: String,
    #[server(default)] sync: String,
    #[server(default)] manage: String,
    #[server(default)] runs: String,
) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    let scopes = scopes::ticked(&read, &sync, &manage);
    let words = scopes.words();
    let typed = [("name", name.as_str()), ("scopes", &words), ("runs", &runs)];
    if !confirming::confirmed(PAGE).await? {
        let flash =
            Flash::for_refused_form(&typed, Vec::new()).and_long("redirect_uris", &redirect_uris);
        return flash.leave(&ctx, &visitor::session().await?).await;
    }
    let new = NewClient {
        name: name.clone(),
        redirect_uris: lines(&redirect_uris),
        scopes,
        confidential: runs != "device",
    };
    let flash = match operator::register_app(&ctx, &by, new).await {
        Ok(app) => telling(app.said, app.secret.as_ref()),
        Err(error) => {
            // The form stands below the list, where nobody might look.
            let said =
                Flash::trouble("The app wasn’t registered. Fix the highlighted fields below.");
            Flash {
                notice: said.notice,
                ..Flash::for_refused_form(&typed, problems(error)?)
                    .and_long("redirect_uris", &redirect_uris)
            }
        }
    };
    Next::saying(PAGE, flash).go().await
}

/// Switches an app off, which ends all its tokens.
#[server(name = SwitchAppOff, prefix = "/forms", endpoint = "admin/app-off")]
pub async fn switch_app_off(#[server(default)] app: String) -> Result<(), PageError> {
    switch(&app, false).await
}

/// Switches an app on again.
#[server(name = SwitchAppOn, prefix = "/forms", endpoint = "admin/app-on")]
pub async fn switch_app_on(#[server(default)] app: String) -> Result<(), PageError> {
    switch(&app, true).await
}

/// Replaces an app's secret. The next page shows the new one once.
#[server(name = NewAppSecret, prefix = "/forms", endpoint = "admin/app-secret")]
pub async fn new_app_secret(#[server(default)] app: String) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    if !confirming::confirmed(PAGE).await? {
        return Ok(());
    }
    let (said, secret) = operator::new_app_secret(&ctx, &by, &app).await?;
    Next::saying(PAGE, telling(said, Some(&secret))).go().await
}

async fn switch(app: &str, on: bool) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    if !confirming::confirmed(PAGE).await? {
        return Ok(());
    }
    let said = operator::switch_app(&ctx, &by, app, on).await?;
    Next::saying(PAGE, Flash::notice(said)).go().await
}

fn telling(said: String, secret: Option<&Secret>) -> Flash {
    Flash {
        shown_once: secret.map(|secret| secret.expose().to_owned()),
        ..Flash::notice(said)
    }
}

/// Splits text into addresses, one a line.
fn lines(typed: &str) -> Vec<String> {
    let lines = typed.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn addresses_are_one_a_line() {
        let typed = " https://a.example/ \r\n\r\n\torg.example.app:/back\n";
        assert_eq!(
            lines(typed),
            ["https://a.example/", "org.example.app:/back"]
        );
        assert_eq!(lines(" \n"), [""; 0]);
    }
}
