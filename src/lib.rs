//! preflight
pub mod document;
pub mod fact;
pub mod finding;
pub mod report;
pub mod source;
pub mod tree;
