//! Files and free disk space.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn a_file_that_others_can_read_is_told_with_the_command_that_closes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("a key");
    let of = |begun| files::private("Key file", &key, begun, 0o077);
    assert_eq!(tone(&of(true)), Tone::Wrong);
    assert_eq!(tone(&of(false)), Tone::Plain, "there was no first start");
    std::fs::write(&key, b"x").expect("written");
    let set = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
    };
    for (mode, wanted) in [(0o600, Tone::Good), (0o640, Tone::Wrong)] {
        set(&key, mode);
        assert_eq!(tone(&of(true)), wanted, "{mode:o}");
    }
    let line = of(true).line.expect("a command");
    assert_eq!(line, format!("chmod 600 '{}'", key.display()));
    let through_its_group = files::private("Key file", &key, true, 0o007);
    assert_eq!(tone(&through_its_group), Tone::Good);

    assert_eq!(files::databases(folder.path()), None);
    for name in ["passbook.db", "passbook.db-wal", "sandbox.db"] {
        let file = folder.path().join(name);
        std::fs::write(&file, b"x").expect("written");
        set(&file, 0o600);
    }
    let found = files::databases(folder.path()).expect("a check");
    assert_eq!(tone(&found), Tone::Good);
    for name in ["passbook.db", "passbook.db-wal"] {
        set(&folder.path().join(name), 0o644);
    }
    let found = files::databases(folder.path()).expect("a check");
    assert_eq!(tone(&found), Tone::Wrong);
    let at = folder.path().join("passbook.db");
    let at = at.display();
    let both = format!("chmod 600 {at} && chmod 600 {at}-wal");
    assert_eq!(found.line.expect("the commands"), both);
}

#[test]
fn a_key_beside_the_database_is_noted() {
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    for (place, wanted) in [(&folder, Tone::Plain), (&elsewhere, Tone::Good)] {
        let key = place.path().join("passbook.key");
        std::fs::write(&key, b"x").expect("written");
        let found = files::place_of_key(folder.path(), &key);
        assert_eq!(tone(&found), wanted, "{found:?}");
    }
}

#[test]
fn a_disk_needs_room_for_a_copy_and_some_more() {
    for (free, database, wanted) in [
        (100_000_000, 50_000_000, Tone::Good),
        (99_999_999, 50_000_000, Tone::Warn),
        (9_000_000_000, 9_000_000_000, Tone::Good),
        (8_999_999_999, 9_000_000_000, Tone::Wrong),
        (0, 0, Tone::Warn),
        (0, 1, Tone::Wrong),
    ] {
        let found = files::enough(free, database);
        assert_eq!(tone(&found), wanted, "{found:?}");
    }
}
