//! Broken policies: every error of every file at once, each at the words that are wrong, with the way out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "loader/broken.rs"]
mod broken;
#[path = "loader/config.rs"]
mod config;
#[path = "loader/matrix.rs"]
mod matrix;
#[path = "loader/pack.rs"]
mod pack;
#[path = "loader/policy.rs"]
mod policy;
#[path = "loader/program.rs"]
mod program;
#[path = "loader/selection.rs"]
mod selection;
