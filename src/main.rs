//! preflight
fn main() {}
