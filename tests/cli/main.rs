//! Whole commands, as a stranger would try them, in temporary projects: status and both streams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::print_stderr, reason = "a test that cannot run here says so")]

mod bad_input;
mod bad_policy;
mod commands;
mod flags;
mod narrowed;
mod output;
mod paths;
mod project;
mod silent;
mod stdin;
mod streams;
