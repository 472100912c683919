//! Emails, through a real conversation with a mail server.

mod delivery;
mod notices;
mod reset;
mod smtp_server;
