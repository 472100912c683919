//! Signing up, logging in and logging out.
// A form's fields are its function's arguments, as many as there are.
#![allow(clippy::too_many_arguments)]

use leptos::prelude::*;

use super::Next;
use super::signing_in::logged_in;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::{self, AuthError, FieldProblem};
use domain::secret::Secret;

/// Signs a person up and logs them in.
#[server(name = SignUp, prefix = "/forms", endpoint = "sign-up")]
pub async fn sign_up(
    #[server(default)] first_name: String,
    #[server(default)] last_name: String,
    #[server(default)] email: String,
    #[server(default)] birthday: String,
    #[server(default)] user_name: String,
    #[server(default)] password: String,
    #[server(default)] invitation: String,
    #[server(default)] next: String,
) -> Result<(), PageError> {
    let form = auth::SignUp {
        first_name,
        last_name,
        email,
        birthday,
        user_name,
        password: Secret::new(password),
        invitation: Secret::new(invitation),
    };
    let ctx = visitor::ctx()?;
    match auth::sign_up(&ctx, form.clone(), &visitor::visit().await).await {
        Ok(user) => {
            visitor::begin_session(&ctx, &user).await?;
            Next::to(visitor::within(&next)).go().await
        }
        Err(error) => {
            let flash = Flash::refused_to_stranger(&typed(&form), problems(error)?);
            Next::saying(leading_on("/sign-up", &next), flash)
                .go()
                .await
        }
    }
}

/// Returns the typed values to fill the sign-up form in again; never a secret.
pub(super) fn typed(form: &auth::SignUp) -> [(&'static str, &str); 5] {
    [
        ("first_name", &form.first_name),
        ("last_name", &form.last_name),
        ("email", &form.email),
        ("birthday", &form.birthday),
        ("user_name", &form.user_name),
    ]
}

/// Logs a person in.
#[server(name = LogIn, prefix = "/forms", endpoint = "log-in")]
pub async fn log_in(
    #[server(default)] name: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), PageError> {
    let ctx = visitor::ctx()?;
    let missing = not_typed(&name, &password);
    if !missing.is_empty() {
        let flash = Flash::refused_to_stranger(&[("name", &name)], missing);
        return Next::saying(leading_on("/log-in", &next), flash).go().await;
    }
    let visit = visitor::visit().await;
    let (password, device) = (Secret::new(password), visitor::device(&ctx));
    match auth::log_in(&ctx, &name, &password, &visit, device.as_ref()).await {
        Ok(user) => logged_in(&user, &next).await,
        Err(error) => {
            let flash = Flash::refused_to_stranger(&[("name", &name)], problems(error)?);
            Next::saying(leading_on("/log-in", &next), flash).go().await
        }
    }
}

/// Logs a visitor in as the demo person, without a password. Where no one may do that there is no such form.
#[server(name = LogInAsDemo, prefix = "/forms", endpoint = "log-in-demo")]
pub async fn log_in_as_demo(#[server(default)] next: String) -> Result<(), PageError> {
    let ctx = visitor::ctx()?;
    match auth::log_in_as_demo(&ctx, &visitor::visit().await).await {
        Ok(Some(user)) => {
            visitor::begin_session(&ctx, &user).await?;
            Next::to(visitor::within(&next)).go().await
        }
        Ok(None) => Err(PageError::NotFound.raised()),
        Err(error) => {
            let flash = Flash::refused_to_stranger(&[], problems(error)?);
            Next::saying(leading_on("/log-in", &next), flash).go().await
        }
    }
}

/// Logs the person out. With `next`, the log-in page leads on to that page.
#[server(name = LogOut, prefix = "/forms", endpoint = "log-out")]
pub async fn log_out(#[server(default)] next: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    auth::session::log_out(&ctx, &visitor::session().await?, &user).await?;
    visitor::clear_site_data();
    visitor::go(&leading_on("/log-in", &next));
    Ok(())
}

/// Returns a problem for each empty field. An incomplete form looks nothing up and counts as no guess.
fn not_typed(name: &str, password: &str) -> Vec<FieldProblem> {
    let wanted = [
        ("name", name.trim(), "Enter your email or username."),
        ("password", password, "Enter your password."),
    ];
    let missing = wanted.into_iter().filter(|(_, typed, _)| typed.is_empty());
    let told = |(field, _, message): (_, _, &str)| FieldProblem {
        field,
        message: message.to_owned(),
    };
    missing.map(told).collect()
}

/// Returns the address of the log-in or sign-up page that leads on to a path.
pub fn leading_on(page: &str, next: &str) -> String {
    match visitor::within(next) {
        "/" => page.to_owned(),
        path => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            format!("{page}?{}", query.append_pair("next", path).finish())
        }
    }
}

/// Returns an error's problems by field, or the page error if it is an internal one.
pub(super) fn problems(error: AuthError) -> Result<Vec<FieldProblem>, PageError> {
    let of = |field, message: String| Ok(vec![FieldProblem { field, message }]);
    match error {
        AuthError::Form(problems) => Ok(problems),
        AuthError::Mismatch => of(
            "password",
            "That email or username and password don’t match.".into(),
        ),
        AuthError::Throttled { retry_after } => of(
            "",
            format!("Too many attempts. Try again in {}.", duration(retry_after)),
        ),
        AuthError::SignUpClosed(sentence) => of("", sentence),
        AuthError::Busy => of(
            "",
            "It’s busy right now. Try again in a few seconds.".into(),
        ),
        error @ (AuthError::Store(_)
        | AuthError::BadToken
        | AuthError::CodeNeeded
        | AuthError::TwoStepMissing) => Err(error.into()),
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0 | 1 => "a second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        60..=90 => "a minute".to_owned(),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_survives_a_refusal_and_leads_nowhere_else() {
        assert_eq!(
            leading_on("/log-in", "/transactions?q=a&b=c"),
            "/log-in?next=%2Ftransactions%3Fq%3Da%26b%3Dc"
        );
        assert_eq!(leading_on("/log-in", "//evil.example"), "/log-in");
    }

    #[test]
    fn refusals_are_words() {
        let said = |error| problems(error).expect("words").remove(0).message;
        assert_eq!(
            said(AuthError::Throttled { retry_after: 61 }),
            "Too many attempts. Try again in a minute."
        );
        assert_eq!(
            said(AuthError::Throttled { retry_after: 301 }),
            "Too many attempts. Try again in 6 minutes."
        );
        assert_eq!(
            said(AuthError::SignUpClosed("Nobody can.".into())),
            "Nobody can."
        );
    }
}
