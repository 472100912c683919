//! Converts MX's challenges to ours. They come from a bank and are shown on a page, so their size is limited, and a
//! picture's type is determined from its bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::wire;
use domain::provider::{
    Challenge, ChallengeKind, ChallengeOption, CredentialField, FieldKind, Picture,
};
use domain::text::one_line;

/// More than any bank asks at once.
const MOST_CHALLENGES: usize = 20;
const MOST_OPTIONS: usize = 100;
/// The largest picture, in base64 characters.
const LARGEST_PICTURE: usize = 512 * 1024;
/// The most for all pictures of a challenge, in base64 characters.
const LARGEST_PICTURES: usize = 2 << 20;

/// Returns the challenges that can be answered. One without an id cannot.
pub(super) fn challenges(all: Vec<wire::Challenge>) -> Vec<Challenge> {
    let read = all.into_iter().filter_map(challenge);
    read.take(MOST_CHALLENGES).collect()
}

/// Returns the fields of a log-in, in the bank's order.
pub(super) fn fields(mut all: Vec<wire::Credential>) -> Vec<CredentialField> {
    all.sort_by_key(|field| field.display_order.unwrap_or(i64::MAX));
    let read = all.into_iter().map(|field| CredentialField {
        label: label(&field.label, &field.field_name),
        kind: match (
            Kind::from_value(&field.field_type),
            Kind::from_value(&field.kind),
        ) {
            (Kind::Password, _) | (_, Kind::Password) => FieldKind::Password,
            _ => match choices(&field.options) {
                none if none.is_empty() => FieldKind::Text,
                some => FieldKind::Options(some),
            },
        },
        id: field.guid,
    });
    read.take(MOST_CHALLENGES).collect()
}

fn challenge(asked: wire::Challenge) -> Option<Challenge> {
    let kind = match Kind::from_value(&asked.kind) {
        Kind::Code => ChallengeKind::Code,
        Kind::Options => match choices(&asked.options) {
            none if none.is_empty() => ChallengeKind::Text,
            some => ChallengeKind::Options(some),
        },
        Kind::Picture => {
            let shown = asked.image_data.as_deref().and_then(picture);
            shown.map_or(ChallengeKind::Text, ChallengeKind::Picture)
        }
        Kind::Pictures => pictures(&asked.image_options),
        Kind::Password | Kind::Text => ChallengeKind::Text,
    };
    Some(Challenge {
        id: asked.guid.filter(|guid| !guid.is_empty())?,
        label: label(&asked.label, &asked.field_name),
        kind,
    })
}

/// The ways to answer a challenge, as far as we distinguish them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Password,
    Code,
    Options,
    Picture,
    Pictures,
}

impl Kind {
    /// Reads the type, a word or its number. An unknown type is answered by typing.
    fn from_value(said: &Value) -> Self {
        let word = said.as_str().unwrap_or_default();
        let number = said.as_u64().or_else(|| word.parse().ok());
        match (word, number) {
            ("PASSWORD", _) | (_, Some(1)) => Self::Password,
            ("OPTIONS" | "RADIO", _) | (_, Some(2 | 5)) => Self::Options,
            ("TOKEN", _) | (_, Some(12)) => Self::Code,
            ("IMAGE_DATA", _) | (_, Some(13)) => Self::Picture,
            ("IMAGE_OPTIONS", _) | (_, Some(14)) => Self::Pictures,
            _ => Self::Text,
        }
    }
}

fn label(label: &Option<String>, field_name: &Option<String>) -> String {
    let named = [label, field_name].into_iter().flatten();
    let mut named = named.map(|name| one_line(name));
    named
        .find(|name| !name.trim().is_empty())
        .unwrap_or_default()
}

fn choices(all: &[wire::Choice]) -> Vec<ChallengeOption> {
    all.iter().filter_map(choice).take(MOST_OPTIONS).collect()
}

/// Reads an option. Its answer is its value, or its id if it has no value.
fn choice(it: &wire::Choice) -> Option<ChallengeOption> {
    let answers = [&it.value, &it.guid].into_iter().flatten();
    let value = answers.into_iter().find(|answer| !answer.is_empty())?;
    let shown = label(&it.label, &None);
    Some(ChallengeOption {
        label: if shown.is_empty() {
            one_line(value)
        } else {
            shown
        },
        value: value.clone(),
    })
}

/// Returns pictures to choose from, or their names if one of them cannot be shown.
fn pictures(all: &[wire::Choice]) -> ChallengeKind {
    let options = choices(all);
    if options.is_empty() {
        return ChallengeKind::Text;
    }
    let drawn = all.iter().filter(|it| choice(it).is_some());
    let drawn = drawn
        .take(MOST_OPTIONS)
        .map(|it| picture(it.data_uri.as_deref()?));
    let drawn: Option<Vec<Picture>> = drawn.collect();
    let fits = |drawn: &Vec<Picture>| {
        drawn.iter().map(|it| it.base64.len()).sum::<usize>() <= LARGEST_PICTURES
    };
    match drawn.filter(fits) {
        Some(drawn) => ChallengeKind::Pictures(options.into_iter().zip(drawn).collect()),
        None => ChallengeKind::Options(options),
    }
}

/// Decodes a picture from base64, with or without the prefix of a `data:` URL. The type given there is ignored.
fn picture(text: &str) -> Option<Picture> {
    let base64 = match text.trim().strip_prefix("data:") {
        Some(address) => address.split_once(";base64,")?.1,
        None => text.trim(),
    };
    if base64.len() > LARGEST_PICTURE {
        return None;
    }
    let plain: String = base64.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(plain).ok()?;
    let media_type = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        _ => return None,
    };
    Some(Picture {
        media_type,
        base64: STANDARD.encode(bytes),
    })
}
