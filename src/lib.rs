//! preflight: policy-as-code for env files, Railway exports and SQL migrations.
//!
//! The data flows one way, and a stage knows only what stands before it:
//!
//! ```text
//! discover ─► source (reads; I/O ends here) ─► document::<kind> parses ─► resolve, history ─► fact
//!                           config, policy (YAML with places) ─► PolicySet
//! fact × policy ─► evaluate (rule::<shape>) ─► finding ─► waive ─► report::<format>
//! ```
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`source`] | the sole owner of bytes; spans; masked text; secrets that cannot be printed |
//! | [`tree`] | one spanned tree for YAML, JSON and TOML |
//! | [`document`] | the table of document kinds; one module a kind: text in, facts out |
//! | [`resolve`] | what documents say of each other: names for ids, references to variables of other services |
//! | [`history`] | migrations in the order of their runner, and what became of them since a base |
//! | [`replay`] | the schema that migrations leave, and what each operation finds there |
//! | [`state`] | that schema as a reviewer reads it: human, json, sql |
//! | [`fact`] | the vocabulary: kinds of fact, their fields, types and words, in one table |
//! | [`policy`] | the policy language: grammar, loader, model |
//! | [`rule`] | what each shape of policy asks of the facts, with three values |
//! | [`evaluate`] | all policies on all facts; run states |
//! | [`waive`] | waivers and the baseline: which findings are known, by whom and for how long |
//! | [`finding`] | what is reported; cannot be built without a place |
//! | [`config`] | `preflight.yaml` |
//! | [`discover`] | paths, globs and files: the only room that reads |
//! | [`git`] | what git knows of the files: the only room that runs it |
//! | [`change`] | what a change does to configuration, policies, waivers and baseline, in clauses |
//! | [`project`] | documents to facts to a report, for one `preflight.yaml` |
//! | [`report`] | the formats, one file each |
//! | [`init`] | a runbook's tables as a policy file, and a first preflight.yaml |
//! | [`matrix`] | the tables of matrix policies with the truth beside them, in their formats |
//! | [`audit`] | every credential with its holders, named by letters, in its formats |
//! | [`import`] | what to ask a platform's command for, and where its answers go |
//! | [`cli`] | the commands; the only room that prints |
//!
//! All but `discover`, `git` and `cli` are pure: no file system, no clock, no terminal. The commands, the tests and any other
//! front end call the same functions.

pub mod audit;
pub mod change;
pub mod cli;
pub mod config;
pub mod date;
pub mod discover;
pub mod document;
pub mod evaluate;
pub mod fact;
pub mod finding;
pub mod git;
pub mod history;
pub mod import;
pub mod init;
pub mod matrix;
pub mod policy;
pub mod project;
pub mod replay;
pub mod report;
pub mod resolve;
pub mod rule;
pub mod schema;
pub mod source;
pub mod state;
pub mod tree;
pub mod waive;
