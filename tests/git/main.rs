//! `--changed`, `--staged`, `--config-from` and how far a configuration leads, with real repositories in temporary folders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![cfg(unix)]

mod changed;
mod configuration;
mod history;
mod hook;
mod hostile;
mod places;
#[allow(dead_code, reason = "it is shared with the tests of whole commands")]
#[path = "../cli/project.rs"]
mod project;
mod repository;
mod secrets;
mod staged;
