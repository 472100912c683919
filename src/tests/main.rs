//! The product through its real doors: HTTP as a browser speaks it, the command line, and the files that
//! it leaves. Each test has a program, a bank and a folder of its own.

mod activity;
mod api;
mod app;
mod bank;
mod books;
mod browser;
mod calls;
mod first_sync;
mod flood;
mod fsck;
mod guard;
mod hardening;
mod hosted_link;
mod jobs;
mod kills;
mod leaving;
mod life_cycle;
mod linking;
mod log;
mod misbehaving;
mod model;
mod operators;
mod outgoing;
mod page;
mod people;
mod plaid;
mod privacy;
mod process;
mod program;
mod real_formats;
mod repairing;
mod secrets;
mod transactions;
mod unlinking;
mod webhooks;
