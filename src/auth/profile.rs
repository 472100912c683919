//! What a person changes about themselves: their names.

use super::AuthError;
use super::sign_up::{count_sign_up, noted, told_taken};
use crate::context::Ctx;
use domain::activity::Visit;
use domain::user::{PersonName, User, UserName};
use store::StoreError;

/// A person's names as they typed them.
#[derive(Clone, Debug)]
pub struct NewNames {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// User name; empty for none.
    pub user_name: String,
}

/// Changes a person's names under the rules of sign-up. Returns the person with them.
///
/// # Errors
/// [`AuthError::Form`] with every problem; [`AuthError::Throttled`] when too many user names were tried.
pub async fn change_names(
    ctx: &Ctx,
    user: &User,
    typed: &NewNames,
    visit: &Visit,
) -> Result<User, AuthError> {
    let mut problems = Vec::new();
    let first_name = name(&typed.first_name, &user.first_name);
    let first_name = noted(&mut problems, "first_name", first_name);
    let last_name = name(&typed.last_name, &user.last_name);
    let last_name = noted(&mut problems, "last_name", last_name);
    let user_name = match typed.user_name.trim() {
        "" => None,
        typed => noted(&mut problems, "user_name", UserName::parse(typed)),
    };
    let former = user.user_name.as_ref().map(UserName::folded);
    let other = user_name
        .as_ref()
        .filter(|name| Some(name.folded()) != former);
    if let Some(other) = other {
        // That a name is taken is told as rarely as at sign-up, because it reveals the same.
        count_sign_up(ctx, visit).await?;
        let taken = ctx.store.names_taken(None, Some(other)).await?;
        problems.extend(taken.into_iter().map(told_taken));
    }
    let (Some(first_name), Some(last_name), true) = (first_name, last_name, problems.is_empty())
    else {
        return Err(AuthError::Form(problems));
    };
    let changed = User {
        first_name,
        last_name,
        user_name,
        ..user.clone()
    };
    if changed != *user {
        write(ctx, user, &changed).await?;
    }
    Ok(changed)
}

async fn write(ctx: &Ctx, former: &User, user: &User) -> Result<(), AuthError> {
    match ctx.store.change_names(former, user, ctx.clock.now()).await {
        Ok(()) => {
            tracing::info!(user = %user.id, "the names were changed");
            Ok(())
        }
        Err(StoreError::Taken(field)) => Err(AuthError::Form(vec![told_taken(field)])),
        Err(error) => Err(error.into()),
    }
}

/// Parses a name. One that stays need not satisfy the form: programs may sign a person up without a name.
fn name(typed: &str, present: &PersonName) -> Result<PersonName, &'static str> {
    match typed == present.as_str() {
        true => Ok(present.clone()),
        false => PersonName::parse(typed),
    }
}
