//! preflight
pub mod date;
pub mod document;
pub mod fact;
pub mod finding;
pub mod policy;
pub mod rule;
pub mod source;
pub mod tree;
