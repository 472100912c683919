//! The operator's commands.

use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;

use super::{Admin, config, fail, say, unknown};
use crate::auth::{self, operators};
use crate::config::Config;
use crate::server::{self, StartError, explained};
use domain::clock::Clock;
use domain::user::EmailAddress;

/// Prints the doctor's report. `bad` holds the problems of the settings that are already known.
pub(super) async fn doctor(mut bad: Vec<String>) -> Result<ExitCode, StartError> {
    let (config, problems) = Config::read_good(|name| std::env::var(name).ok());
    bad.extend(problems);
    let found = server::doctor(&config, &Clock::system(), &bad, &unknown()).await;
    say(&found.text)?;
    Ok(match found.wrong {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Compares with the banks. Prints what could be compared even when some could not.
pub(super) async fn fsck(connection: Option<&str>) -> ExitCode {
    let report = match config() {
        Ok(config) => server::fsck(config, Clock::system(), connection).await,
        Err(error) => Err(error),
    };
    match report {
        Ok(report) => {
            if let Err(error) = say(report.text.trim_end()) {
                return not_compared(&error);
            }
            match (report.different, report.not_made) {
                (0, 0) => ExitCode::SUCCESS,
                (0, _) => ExitCode::from(2),
                (_, _) => ExitCode::from(1),
            }
        }
        Err(error) => not_compared(&error),
    }
}

fn not_compared(error: &StartError) -> ExitCode {
    fail(&explained(error));
    ExitCode::from(2)
}

pub(super) async fn invite() -> Result<(), StartError> {
    let config = config()?;
    // The first invitation may be made before the first start.
    server::prepare_data_dir(&config).await?;
    let made = auth::invite_into(&config, &Clock::system()).await;
    let made = made.map_err(|e| {
        StartError::Settings(format!(
            "the invitation could not be created: {}",
            explained(&e)
        ))
    })?;
    say(&format!(
        "{}\nInvitation code (for one person, valid for a week): {}",
        made.address,
        made.code.expose()
    ))
}

pub(super) async fn rotate_key(keep_old: Option<&Path>) -> Result<ExitCode, StartError> {
    Ok(match server::rotate_key(&config()?, keep_old).await {
        Ok(said) => {
            say(&said)?;
            ExitCode::SUCCESS
        }
        Err(error) => fail(&explained(&error)),
    })
}

/// Manages the operators. A running Passbook notices at once, because it reads them with each request.
pub(super) async fn admin(what: Admin) -> Result<(), StartError> {
    let config = config()?;
    server::prepare_data_dir(&config).await?;
    let said = match &what {
        Admin::Grant { email } => operators::grant_in(&config, &Clock::system(), email)
            .await
            .map(|new| match new {
                true => format!(
                    "{email} is now an admin. The admin pages are at {}/admin",
                    config.base_url()
                ),
                false => format!("{email} is already an admin."),
            }),
        Admin::Revoke { email } => {
            operators::revoke_in(&config, email)
                .await
                .map(|was| match was {
                    true => format!("{email} is no longer an admin."),
                    false => format!("{email} is not an admin."),
                })
        }
        Admin::ResetPassword { email } => {
            operators::reset_password_in(&config, &Clock::system(), email)
                .await
                .map(|made| {
                    format!(
                        "{}\nCode (for {email}, valid for 30 minutes): {}",
                        made.address,
                        made.code.expose()
                    )
                })
        }
        Admin::ResetFactors { email } => operators::reset_two_step_in(
            &config,
            &Clock::system(),
            email,
        )
        .await
        .map(|was| match was {
            true => format!(
                "Two-step verification is off for {email}, who has been logged out everywhere."
            ),
            false => format!("{email} doesn't use two-step verification."),
        }),
        Admin::List => operators::list_in(&config).await.map(|all| listed(&all)),
    };
    say(&said.map_err(|e| StartError::Settings(explained(&e)))?)
}

fn listed(operators: &[(EmailAddress, Timestamp)]) -> String {
    if operators.is_empty() {
        return "No admins yet. To add one, run: passbook admin grant EMAIL".into();
    }
    let line = |(email, since): &(EmailAddress, Timestamp)| {
        format!("{}, since {}", email.as_str(), since.strftime("%Y-%m-%d"))
    };
    operators.iter().map(line).collect::<Vec<_>>().join("\n")
}
