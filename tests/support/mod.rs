//! What the tests of policies are made of: reading `cases.yaml`, running a case through the library, and mutating policies.

pub mod case;
pub mod mutant;
pub mod pack;
pub mod run;
pub mod yaml;
