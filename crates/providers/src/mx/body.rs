//! Request bodies with what a person typed. Each is serialized once into a buffer of the exact size, which is zeroed
//! when its last holder drops it.

use std::io::Write;

use bytes::Bytes;
use serde::Serialize;
use zeroize::Zeroizing;

/// Serializes a value to JSON in a buffer that is zeroed on drop. A growing buffer would leave copies behind.
pub(super) fn wiped(value: &impl Serialize) -> Result<Bytes, serde_json::Error> {
    let mut measure = Measure(0);
    serde_json::to_writer(&mut measure, value)?;
    let mut text = Zeroizing::new(Vec::with_capacity(measure.0));
    serde_json::to_writer(&mut *text, value)?;
    Ok(Bytes::from_owner(text))
}

/// Counts the bytes written to it.
struct Measure(usize);

impl Write for Measure {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_its_json_in_room_that_fits() {
        let value = serde_json::json!({"value": "pass\"word\n\u{1}é"});
        let mut measure = Measure(0);
        serde_json::to_writer(&mut measure, &value).expect("written");
        let body = wiped(&value).expect("a body");
        assert_eq!(body, value.to_string().as_bytes());
        assert_eq!(body.len(), measure.0);
    }
}
