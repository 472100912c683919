//! Deleting people, and suspending them.

/// The result of asking for the deletion of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// The person and everything of theirs is deleted.
    Gone,
    /// Their access has ended. They are deleted once the providers have confirmed the end of their connections.
    Waiting,
    /// They are the only admin, and there are other people.
    LastAdmin,
    /// The demo person stays.
    Demo,
    /// There is no such person, or their deletion was asked for before.
    Unknown,
}

/// The result of suspending a person, or of ending that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    /// It was changed.
    Done,
    /// It was already so.
    Already,
    /// They are the only admin.
    LastAdmin,
    /// The demo person can't be suspended.
    Demo,
    /// There is no such person, or they are being deleted.
    Unknown,
}
