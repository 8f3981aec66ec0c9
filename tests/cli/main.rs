//! Whole commands, as a stranger would try them, in temporary projects: status and both streams.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bad_input;
mod project;
