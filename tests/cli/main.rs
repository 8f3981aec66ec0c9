//! Whole commands, as a stranger would try them, in temporary projects: status and both streams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::print_stderr, reason = "a test that cannot run here says so")]

mod bad_input;
mod bad_policy;
mod bare;
mod baseline;
mod commands;
mod drift;
mod flags;
mod histories;
mod narrowed;
mod output;
mod paths;
mod project;
mod settings;
mod silent;
mod state;
mod stdin;
mod streams;
mod waivers;
