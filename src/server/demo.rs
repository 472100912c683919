//! The demo person: only with `--demo`, with the built-in bank, and on loopback. They sign up and link banks like
//! anyone else.

use serde_json::{Value, json};

use super::StartError;
use crate::auth::{self, DEMO_EMAIL, SignUp};
use crate::config::Config;
use crate::context::Ctx;
use crate::sync;
use domain::activity::Visit;
use domain::attempt::LinkPurpose;
use domain::link::LinkResult;
use domain::secret::Secret;
use domain::user::User;
use providers::plaid;

/// Not a secret: it is printed, and gives access only to invented money on this machine.
pub const DEMO_PASSWORD: &str = "lantern cactus ferry oboe";

/// The demo person's banks.
const BANKS: [(&str, &str); 2] = [
    ("ins_109508", "First Platypus Bank"),
    ("ins_117650", "Royal Bank of Plaid"),
];

/// Refuses a demo person, whose password is printed, where other people could log in.
pub(super) fn refuse_where_it_has_no_place(demo: bool, config: &Config) -> Result<(), StartError> {
    if demo && !config.built_in_bank {
        return Err(StartError::Settings(
            "--demo works only with the built-in bank: unset PLAID_CLIENT_ID and PLAID_SECRET."
                .into(),
        ));
    }
    if demo && (!config.listen.ip().is_loopback() || config.public_url.is_some()) {
        return Err(StartError::Settings(
            "--demo works only on loopback: unset PASSBOOK_PUBLIC_URL and PASSBOOK_LISTEN, or start without --demo.".into(),
        ));
    }
    Ok(())
}

/// Signs up the demo person and links two banks, unless that is done already.
pub(super) async fn prepare(ctx: &Ctx) -> Result<(), StartError> {
    if ctx.store.user_to_log_in(DEMO_EMAIL).await?.is_some() {
        return Ok(ctx.store.mark_demo(DEMO_EMAIL).await?);
    }
    let failed =
        |what: &str| StartError::Settings(format!("the demo person could not be set up: {what}"));
    let form = SignUp {
        first_name: "Robin".into(),
        last_name: "Demo".into(),
        email: DEMO_EMAIL.into(),
        birthday: "1990-02-28".into(),
        user_name: "demo".into(),
        password: Secret::new(DEMO_PASSWORD),
        invitation: Secret::default(),
    };
    // A Passbook that is closed to strangers is closed to the demo person too.
    let here = Visit {
        address: "this machine".into(),
        browser: String::new(),
    };
    let user = auth::sign_up(ctx, form, &here)
        .await
        .map_err(|e| failed(&e.to_string()))?;
    ctx.store.mark_demo(DEMO_EMAIL).await?;
    for (id, name) in BANKS {
        link(ctx, &user, id, name).await.map_err(|e| failed(&e))?;
    }
    Ok(())
}

async fn link(ctx: &Ctx, user: &User, id: &str, name: &str) -> Result<(), String> {
    let link = sync::begin_link(ctx, user, LinkPurpose::NewBank, None)
        .await
        .map_err(|e| e.to_string())?;
    let result = LinkResult {
        public_token: Secret::new(public_token(ctx, user, id).await?),
        institution_id: Some(id.into()),
        institution_name: Some(name.into()),
        accounts: Vec::new(),
    };
    sync::finish_link(ctx, user, &link.attempt.id, result)
        .await
        .map_err(|e| e.to_string())?;
    Ok(())
}

/// Returns the public token that Link would, from the endpoint that Plaid's Sandbox has for it.
async fn public_token(ctx: &Ctx, user: &User, institution: &str) -> Result<String, String> {
    let bank = ctx.built_in.as_ref().ok_or("there is no built-in bank")?;
    let fields = json!({
        "institution_id": institution,
        "initial_products": ["transactions"],
        "user_id": user.id.as_str(),
        "options": {"webhook": ctx.config.webhook_url(plaid::NAME), "transactions": {"days_requested": 730}},
    });
    let Value::Object(fields) = fields else {
        return Err("the fields are no object".into());
    };
    let answer = bank.call("/sandbox/public_token/create", fields).await;
    let answer = answer.map_err(|problem| problem.code)?;
    let token = answer["public_token"].as_str().map(str::to_owned);
    token.ok_or_else(|| "the bank gave no public token".into())
}
