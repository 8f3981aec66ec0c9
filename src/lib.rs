//! preflight
pub mod source;
