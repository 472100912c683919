//! Creating a member.

use jiff::civil::Date;
use sqlx::SqliteConnection;

use super::institutions::MxInstitution;
use super::verdict::log_in;
use super::{MemberView, guid_of, mx_institution, new_guid, no};
use crate::bank::{Bank, BankError, Refusal};
use crate::store::members::{self, Job, Member, MemberRecord};

/// The most members of one user, as in MX's development environment.
const MOST_MEMBERS: usize = 25;

/// The parameters of a new member.
#[derive(Clone, Default)]
pub struct NewMember {
    /// MX's code of the bank.
    pub institution_code: String,
    /// The guids of credentials and the values entered for them.
    pub credentials: Vec<(String, String)>,
    /// The client's own id for it.
    pub id: Option<String>,
    /// Free text of the client.
    pub metadata: Option<String>,
    /// The value of `X-CALLBACK-PAYLOAD`.
    pub callback: Option<String>,
    /// Whether the person logs in on the bank's own site (OAuth).
    pub is_oauth: bool,
    /// Whether background aggregation is turned off.
    pub background_is_disabled: bool,
    /// Whether no run begins now.
    pub skip_aggregation: bool,
    /// MX's use cases.
    pub use_cases: Vec<String>,
    /// Where the browser goes after the bank's own site.
    pub redirect: Option<String>,
}

impl Bank {
    /// Creates a member and begins its first run.
    pub async fn create_member(&self, user: &str, new: NewMember) -> Result<MemberView, BankError> {
        let mut write = self.store().write().await?;
        let user = self.user_in(&mut write, user).await?;
        let institution = mx_institution(&new.institution_code)
            .ok_or_else(|| no(404, "The requested institution was not found."))?;
        let mut member = blank(institution, &user.guid, &new, self.now().as_millisecond())?;
        fill_in(institution, &mut member, &new.credentials, self.today())?;
        self.check_room(&mut write, &member).await?;
        if new.is_oauth {
            member.record.status = Some("PENDING".to_owned());
        } else if new.skip_aggregation {
            member.record.status = Some("CREATED".to_owned());
        } else {
            member.record.status = Some("CREATED".to_owned());
            self.begin_run(&mut write, &mut member, Job::Aggregation, "CREATED")
                .await?;
        }
        members::insert(&mut write, &member).await?;
        self.commit(write).await?;
        Ok(MemberView { member, user })
    }

    /// Refuses a duplicate member, and one beyond the limit.
    async fn check_room(&self, db: &mut SqliteConnection, new: &Member) -> Result<(), BankError> {
        let all = members::list(db, Some(&new.user_guid)).await?;
        if new.id.is_some() && all.iter().any(|one| one.id == new.id) {
            return Err(no(409, "A member with this id already exists.").into());
        }
        let same = |one: &&Member| {
            one.institution_code == new.institution_code
                && one.username.is_some()
                && one.username == new.username
        };
        if let Some(one) = all.iter().find(same) {
            let words = format!(
                "A member with these credentials already exists: {}.",
                one.guid
            );
            return Err(no(409, words).into());
        }
        if all.len() >= MOST_MEMBERS {
            return Err(no(405, "The limit of members for this user is reached.").into());
        }
        Ok(())
    }
}

fn blank(
    institution: &MxInstitution,
    user: &str,
    new: &NewMember,
    now: i64,
) -> Result<Member, Refusal> {
    if new.is_oauth && !institution.oauth {
        return Err(no(422, "This institution does not support OAuth."));
    }
    if !new.is_oauth && new.credentials.is_empty() {
        return Err(no(400, "Credentials are missing."));
    }
    Ok(Member {
        guid: new_guid("MBR"),
        user_guid: user.to_owned(),
        id: new.id.clone(),
        institution_code: institution.code.clone(),
        username: None,
        item_id: None,
        created_at: now,
        due_at: None,
        record: MemberRecord {
            metadata: new.metadata.clone(),
            callback: new.callback.clone(),
            is_oauth: new.is_oauth,
            background_is_disabled: new.background_is_disabled,
            use_cases: new.use_cases.clone(),
            redirect: new.redirect.clone(),
            ..MemberRecord::default()
        },
    })
}

/// Returns the guid of a bank's credential, by the name of its field.
#[must_use]
pub fn credential(institution: &MxInstitution, field: &str) -> String {
    guid_of("CRD", &format!("{}/{field}", institution.code))
}

/// Applies entered credentials to a member. Only the result of checking the password is kept, so a new user name needs
/// the password again.
pub(super) fn fill_in(
    institution: &MxInstitution,
    member: &mut Member,
    credentials: &[(String, String)],
    today: Date,
) -> Result<(), Refusal> {
    let fields = ["LOGIN", "PASSWORD"].map(|field| credential(institution, field));
    if credentials.iter().any(|(guid, _)| !fields.contains(guid)) {
        return Err(no(
            400,
            "The credentials do not belong to this institution.",
        ));
    }
    let [username, password] = fields.map(|field| {
        let typed = credentials.iter().rfind(|(guid, _)| *guid == field);
        typed.map(|(_, value)| value.as_str())
    });
    let before = member.username.clone();
    let name = username.or(before.as_deref());
    member.record.log_in = match (name, password) {
        (Some(name), Some(password)) => Some(log_in(institution, name, password, today)),
        (name, None) if name == before.as_deref() => member.record.log_in.take(),
        _ => None,
    };
    member.username = username.map(str::to_owned).or(before);
    Ok(())
}
