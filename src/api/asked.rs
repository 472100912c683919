//! What a bank asks: the fields of its log-in and its challenges, and whether what was sent answers them.

use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{FieldError, Problem};
use domain::provider::{
    Challenge, ChallengeKind, ChallengeOption, CredentialField, FieldKind, Picture, Typed,
};
use domain::secret::Secret;

/// One field of a bank's log-in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CredentialField)]
pub struct FieldJson {
    /// What `field` names when it is filled in.
    id: String,
    /// What the bank calls it.
    #[schema(example = "Password")]
    label: String,
    kind: FieldKindJson,
    /// What may be sent, when `kind` is `options`; empty otherwise.
    options: Vec<OptionJson>,
}

/// How a field is typed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldKind)]
#[serde(rename_all = "snake_case")]
pub enum FieldKindJson {
    /// Any text.
    Text,
    /// What nobody may see.
    Password,
    /// One of `options`.
    Options,
}

/// A question that a bank asks before it lets the person in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Challenge)]
pub struct ChallengeJson {
    /// What `challenge` names in its answer.
    id: String,
    /// The question.
    label: String,
    kind: ChallengeKindJson,
    /// What may be answered, when `kind` is `options` or `pictures`; empty otherwise.
    options: Vec<OptionJson>,
    /// What has to be read, when `kind` is `picture`; null otherwise.
    picture: Option<PictureJson>,
}

/// How a challenge is answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChallengeKind)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeKindJson {
    /// Any text.
    Text,
    /// A code that the bank has sent.
    Code,
    /// One of `options`.
    Options,
    /// What `picture` shows.
    Picture,
    /// One of `options`, by its picture.
    Pictures,
}

/// A choice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Choice)]
pub struct OptionJson {
    /// What it says.
    label: String,
    /// What is sent when it is chosen.
    value: String,
    /// What it shows, if it does.
    picture: Option<PictureJson>,
}

/// A picture from a bank.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Picture)]
pub struct PictureJson {
    #[schema(example = "image/png")]
    media_type: &'static str,
    base64: String,
}

/// What is sent for one thing that a bank asks.
pub(super) struct Sent {
    /// Which.
    pub(super) id: String,
    /// What is sent for it.
    pub(super) value: Secret,
}

/// One thing that a bank asks.
pub(super) struct Asked<'a> {
    id: &'a str,
    label: &'a str,
    /// What may be sent; anything when it is empty.
    choices: Vec<&'a str>,
}

impl<'a> Asked<'a> {
    /// A field of a log-in.
    pub(super) fn field(field: &'a CredentialField) -> Self {
        let choices = field.choices();
        let (id, label) = (&field.id, &field.label);
        Self { id, label, choices }
    }

    /// A question.
    pub(super) fn challenge(challenge: &'a Challenge) -> Self {
        let choices = challenge.choices();
        let (id, label) = (&challenge.id, &challenge.label);
        Self { id, label, choices }
    }
}

/// What was sent, if it answers all that is asked and nothing else. `list` is its field of the body, `name` the field that
/// says which. What was sent is never told back: it may stand in the wrong place.
pub(super) fn answered(
    asked: &[Asked<'_>],
    sent: Vec<Sent>,
    list: &str,
    name: &str,
) -> Result<Vec<Typed>, Problem> {
    let mut errors = Vec::new();
    for (i, one) in sent.iter().enumerate() {
        let Some(what) = asked.iter().find(|what| what.id == one.id) else {
            let place = format!("{list}.{i}.{name}");
            errors.push(FieldError::body(place, "The bank does not ask this."));
            continue;
        };
        if sent.iter().take(i).any(|before| before.id == one.id) {
            let place = format!("{list}.{i}.{name}");
            errors.push(FieldError::body(place, "Send this once."));
        }
        if !what.choices.is_empty() && !what.choices.contains(&one.value.expose()) {
            let place = format!("{list}.{i}.value");
            errors.push(FieldError::body(place, "Send the value of an option."));
        }
    }
    for what in asked {
        if !sent.iter().any(|one| one.id == what.id) {
            let said = format!("What {} ({}) asks is missing.", what.id, what.label);
            errors.push(FieldError::body(list, said));
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let typed = sent
        .into_iter()
        .map(|Sent { id, value }| Typed { field: id, value });
    Ok(typed.collect())
}

impl From<CredentialField> for FieldJson {
    fn from(field: CredentialField) -> Self {
        let (kind, options) = match field.kind {
            FieldKind::Text => (FieldKindJson::Text, Vec::new()),
            FieldKind::Password => (FieldKindJson::Password, Vec::new()),
            FieldKind::Options(options) => (FieldKindJson::Options, options),
        };
        Self {
            id: field.id,
            label: field.label,
            kind,
            options: options.into_iter().map(OptionJson::plain).collect(),
        }
    }
}

impl From<Challenge> for ChallengeJson {
    fn from(challenge: Challenge) -> Self {
        type Kind = ChallengeKindJson;
        let (kind, options, picture) = match challenge.kind {
            ChallengeKind::Text => (Kind::Text, Vec::new(), None),
            ChallengeKind::Code => (Kind::Code, Vec::new(), None),
            ChallengeKind::Options(options) => {
                let options = options.into_iter().map(OptionJson::plain);
                (Kind::Options, options.collect(), None)
            }
            ChallengeKind::Picture(picture) => (Kind::Picture, Vec::new(), Some(picture.into())),
            ChallengeKind::Pictures(all) => {
                let options = all.into_iter().map(|(option, picture)| OptionJson {
                    picture: Some(picture.into()),
                    ..OptionJson::plain(option)
                });
                (Kind::Pictures, options.collect(), None)
            }
        };
        Self {
            id: challenge.id,
            label: challenge.label,
            kind,
            options,
            picture,
        }
    }
}

impl OptionJson {
    fn plain(option: ChallengeOption) -> Self {
        Self {
            label: option.label,
            value: option.value,
            picture: None,
        }
    }
}

impl From<Picture> for PictureJson {
    fn from(picture: Picture) -> Self {
        Self {
            media_type: picture.media_type,
            base64: picture.base64,
        }
    }
}
