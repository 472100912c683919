//! The admin: how a person becomes one, what only an admin sees and can do.

mod apps;
mod gate;
mod grants;
mod inbox;
mod jobs;
mod oversight;
mod people;
