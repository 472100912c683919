//! Backups.

use super::*;
use crate::operator::health::checks::backups::backups;

fn found(settings: &[(&str, &str)], at: Timestamp) -> Check {
    let config = config(settings);
    let clock = Clock::settable(at);
    let mut facts = facts(&config, &clock, &[]);
    facts.told = Some(told());
    backups(&facts)
}

#[test]
fn what_is_said_of_backups_depends_on_the_newest() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("backups");
    let data = folder.path().join("data");
    let dir_text = dir.display().to_string();
    let data_text = data.display().to_string();
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let settings = [
        ("PASSBOOK_BACKUP_DIR", dir_text.as_str()),
        ("PASSBOOK_DATA_DIR", data_text.as_str()),
        ("PASSBOOK_BACKUP_RECIPIENTS", recipient.as_str()),
    ];
    assert_eq!(tone(&found(&[], now())), Tone::Plain);
    let without = found(&settings[..2], now());
    assert_eq!(tone(&without), Tone::Wrong);
    assert!(
        without
            .line
            .expect("a line")
            .starts_with("PASSBOOK_BACKUP_RECIPIENTS=")
    );
    let missing = found(&settings, now());
    assert_eq!(tone(&missing), Tone::Wrong);
    assert!(
        missing.words.contains("Create it, or mount"),
        "{}",
        missing.words
    );

    std::fs::create_dir(&dir).expect("a folder");
    assert_eq!(tone(&found(&settings, now())), Tone::Warn);
    let of = |name: &str| {
        let path = dir.join(name);
        std::fs::write(path, "x").expect("written");
    };
    // Another Passbook's backups, and those from the future, do not count.
    of("passbook-ffffffff-20261121T090000Z.tar.gz.age");
    of("passbook-0000000a-20991121T090000Z.tar.gz.age");
    assert_eq!(tone(&found(&settings, now())), Tone::Warn);
    of("passbook-0000000a-20261121T090000Z.tar.gz.age");
    for (later, wanted) in [(0, Tone::Good), (46, Tone::Good), (48, Tone::Wrong)] {
        let told = found(&settings, now() + hours(later));
        assert_eq!(tone(&told), wanted, "{told:?}");
    }

    let inside = data.join("backups");
    std::fs::create_dir_all(&inside).expect("a folder");
    let inside = inside.display().to_string();
    let mut settings = settings;
    settings[0].1 = &inside;
    let told = found(&settings, now());
    assert_eq!(tone(&told), Tone::Wrong);
    assert!(told.words.contains("another disk"), "{}", told.words);
}
