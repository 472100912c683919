//! Forms of two-step verification: the code of a log-in, and turning it on and off.

use leptos::prelude::*;

use super::people::problems;
use super::signing_in::CODE;
use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::{FieldProblem, two_step};
use domain::secret::Secret;
use domain::user::Role;

/// The path of the page about two-step verification.
pub const TWO_STEP: &str = "/settings/two-step";
/// The path of the page with the QR code.
pub const SET_UP: &str = "/settings/two-step/set-up";

/// Completes a log-in with its code.
#[server(name = LogInCode, prefix = "/forms", endpoint = "log-in-code")]
pub async fn log_in_code(#[server(default)] code: String) -> Result<(), PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let (code, visit, device) = (
        Secret::new(code),
        visitor::visit().await,
        visitor::device(&ctx),
    );
    match two_step::finish_log_in(&ctx, &session, &code, &visit, device.as_ref()).await {
        Ok(Some((user, next))) => {
            visitor::begin_session(&ctx, &user).await?;
            Next::to(visitor::within(&next)).go().await
        }
        Ok(None) => {
            let late = FieldProblem::new("", "That took too long. Please log in again.");
            let flash = Flash::refused_to_stranger(&[], vec![late]);
            Next::saying("/log-in", flash).go().await
        }
        Err(error) => {
            let flash = Flash::refused_to_stranger(&[], problems(error)?);
            Next::saying(CODE, flash).go().await
        }
    }
}

/// Makes a secret for an authenticator app, and leads to the page that shows it.
#[server(name = SetUpTwoStep, prefix = "/forms", endpoint = "two-step-set-up")]
pub async fn set_up() -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if user.role == Role::Demo {
        let said =
            "The demo person’s password is public, so two-step verification can’t be turned on.";
        return Next::saying(TWO_STEP, Flash::trouble(said)).go().await;
    }
    if user.two_step {
        return Next::to(TWO_STEP).go().await;
    }
    if !confirming::confirmed(TWO_STEP).await? {
        return Ok(());
    }
    two_step::begin_set_up(&ctx, &visitor::session().await?).await?;
    Next::to(SET_UP).go().await
}

/// Turns two-step verification on if the code is right. The next page shows the recovery codes once.
#[server(name = TurnOnTwoStep, prefix = "/forms", endpoint = "two-step-on")]
pub async fn turn_on(#[server(default)] code: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !confirming::confirmed(SET_UP).await? {
        return Ok(());
    }
    let (session, code) = (visitor::session().await?, Secret::new(code));
    match two_step::turn_on(&ctx, &session, &user, &code).await {
        Ok(Some(turned_on)) => {
            visitor::begin_session(&ctx, &turned_on.user).await?;
            let said = "Two-step verification is on. You’ve been logged out everywhere else.";
            Next::saying(TWO_STEP, with_codes(Flash::notice(said), &turned_on.codes))
                .go()
                .await
        }
        Ok(None) => Next::to(TWO_STEP).go().await,
        Err(error) => {
            let flash = Flash::for_refused_form(&[], problems(error)?);
            Next::saying(SET_UP, flash).go().await
        }
    }
}

/// Turns two-step verification off.
#[server(name = TurnOffTwoStep, prefix = "/forms", endpoint = "two-step-off")]
pub async fn turn_off() -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !confirming::confirmed(TWO_STEP).await? {
        return Ok(());
    }
    let Some(user) = two_step::turn_off(&ctx, &user).await? else {
        return Next::to(TWO_STEP).go().await;
    };
    visitor::begin_session(&ctx, &user).await?;
    let said = "Two-step verification is off. You’ve been logged out everywhere else.";
    Next::saying(TWO_STEP, Flash::notice(said)).go().await
}

/// Replaces the recovery codes. The next page shows the new ones once.
#[server(name = RenewCodes, prefix = "/forms", endpoint = "recovery-codes")]
pub async fn renew_codes() -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if !confirming::confirmed(TWO_STEP).await? {
        return Ok(());
    }
    let flash = match two_step::renew_codes(&ctx, &user).await? {
        Some(codes) => {
            let said = "You have new recovery codes. The old ones no longer work.";
            with_codes(Flash::notice(said), &codes)
        }
        None => Flash::default(),
    };
    Next::saying(TWO_STEP, flash).go().await
}

/// Adds the recovery codes to a flash, one a line.
fn with_codes(mut flash: Flash, codes: &[Secret]) -> Flash {
    let codes: Vec<&str> = codes.iter().map(Secret::expose).collect();
    flash.shown_once = Some(codes.join("\n"));
    flash
}
