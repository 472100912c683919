//! Backups and restores, through the command line and in the background.

mod automatic;
mod damaged;
mod folder;
mod kills;
mod load;
mod no_room;
mod on_request;
