//! A bank's questions: the fields of its log-in and its challenges, and whether a request answers them.

use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, FieldError};
use domain::provider::{
    Challenge, ChallengeKind, ChallengeOption, CredentialField, FieldKind, Picture, Typed,
};
use domain::secret::Secret;

/// A field of a bank's log-in form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CredentialField)]
pub struct FieldJson {
    /// The field's id, to send as `field`.
    id: String,
    /// The bank's label for the field.
    #[schema(example = "Password")]
    label: String,
    kind: FieldKindJson,
    /// The choices, when `kind` is `options`; empty otherwise.
    options: Vec<OptionJson>,
}

/// The kind of a log-in field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldKind)]
#[serde(rename_all = "snake_case")]
pub enum FieldKindJson {
    /// Any text.
    Text,
    /// Text to hide while it is typed.
    Password,
    /// One of `options`.
    Options,
}

/// A question that a bank asks before it lets the person in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Challenge)]
pub struct ChallengeJson {
    /// The challenge's id, to send as `challenge`.
    id: String,
    /// The question.
    label: String,
    kind: ChallengeKindJson,
    /// The choices, when `kind` is `options` or `pictures`; empty otherwise.
    options: Vec<OptionJson>,
    /// The picture to read, when `kind` is `picture`; null otherwise.
    picture: Option<PictureJson>,
}

/// The kind of answer that a challenge needs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChallengeKind)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeKindJson {
    /// Any text.
    Text,
    /// A code that the bank has sent to the person.
    Code,
    /// One of `options`.
    Options,
    /// The text that `picture` shows.
    Picture,
    /// One of `options`, chosen by its picture.
    Pictures,
}

/// A choice of a field or a challenge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Choice)]
pub struct OptionJson {
    /// The text to show.
    label: String,
    /// The value to send if it is chosen.
    value: String,
    /// The picture to show; null if it has none.
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

/// The answer to one field or challenge.
pub(super) struct Sent {
    /// The id of the field or challenge.
    pub(super) id: String,
    /// The answer itself.
    pub(super) value: Secret,
}

/// A field or challenge to be answered.
pub(super) struct Asked<'a> {
    id: &'a str,
    label: &'a str,
    /// The values that are accepted; empty accepts any.
    choices: Vec<&'a str>,
}

impl<'a> Asked<'a> {
    /// Makes one from a log-in field.
    pub(super) fn field(field: &'a CredentialField) -> Self {
        let choices = field.choices();
        let (id, label) = (&field.id, &field.label);
        Self { id, label, choices }
    }

    /// Makes one from a challenge.
    pub(super) fn challenge(challenge: &'a Challenge) -> Self {
        let choices = challenge.choices();
        let (id, label) = (&challenge.id, &challenge.label);
        Self { id, label, choices }
    }
}

/// Returns what was sent, if it answers everything that is asked and nothing else. `list` is the list's field in the
/// body, `name` the field that holds the id. Errors never repeat a value, which could be a secret in the wrong place.
pub(super) fn answered(
    asked: &[Asked<'_>],
    sent: Vec<Sent>,
    list: &str,
    name: &str,
) -> Result<Vec<Typed>, ApiError> {
    let mut errors = Vec::new();
    for (i, one) in sent.iter().enumerate() {
        let Some(what) = asked.iter().find(|what| what.id == one.id) else {
            let place = format!("{list}.{i}.{name}");
            errors.push(FieldError::body(place, "The bank didn't ask for this."));
            continue;
        };
        if sent.iter().take(i).any(|before| before.id == one.id) {
            let place = format!("{list}.{i}.{name}");
            errors.push(FieldError::body(place, "Send this only once."));
        }
        if !what.choices.is_empty() && !what.choices.contains(&one.value.expose()) {
            let place = format!("{list}.{i}.value");
            errors.push(FieldError::body(
                place,
                "Send the value of one of the options.",
            ));
        }
    }
    for what in asked {
        if !sent.iter().any(|one| one.id == what.id) {
            let said = format!("The answer to {} ({}) is missing.", what.id, what.label);
            errors.push(FieldError::body(list, said));
        }
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
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
