//! The files beside preflight.yaml that know of findings: under the names that it gives them, or the usual ones.

use super::Config;
use crate::waive::{baseline, file};

impl Config {
    /// The file of waivers, relative to preflight.yaml.
    pub fn waivers_name(&self) -> &str {
        self.waivers_file.as_ref().map_or(file::FILE_NAME, |path| path.value.as_str())
    }

    /// The baseline, relative to preflight.yaml.
    pub fn baseline_name(&self) -> &str {
        self.baseline.as_ref().map_or(baseline::FILE_NAME, |path| path.value.as_str())
    }
}
