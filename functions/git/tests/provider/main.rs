//! Pull requests, commit statuses and webhooks: against a real Gitea and an emulation of GitHub where they are there, and against stand-ins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that goes wrong"
)]

mod app;
mod gitea;
mod github;
mod github_land;
mod hostile;
mod land;
mod land_stand_in;
mod read;
mod read_stand_in;
mod stand_in;
mod support;
