//! preflight as it is installed and started elsewhere: pre-commit, the wheel, archives, an empty root, the action, the job
//! for GitLab. What is tried is built by `scripts/prepare-adoption.sh`.
//!
//! Where it was not run this passes, and says so, unless PREFLIGHT_REQUIRE_ADOPTION is set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![cfg(unix)]

mod action;
mod archive;
mod build;
mod documents;
mod empty_root;
mod gitlab;
mod hooks;
mod kit;
#[allow(dead_code, reason = "it is shared with the tests of whole commands")]
#[path = "../cli/project.rs"]
mod project;
#[allow(dead_code, reason = "it is shared with the tests of git")]
#[path = "../git/repository.rs"]
mod repository;
mod wheel;
#[allow(dead_code, reason = "it is shared with the tests of policies")]
#[path = "../support/yaml.rs"]
mod yaml;
