//! The parts of SARIF that are written; each field is one of the standard, section 3 of
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. No field holds text of a document.

use serde::Serialize;

/// 3.11: a message.
#[derive(Serialize)]
pub(super) struct Text {
    pub text: String,
    /// The same as Markdown, where there is more to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
}

impl Text {
    /// Plain text. A `[name](target)` in it would be a link (3.11.6).
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into().replace("](", "] ("), markdown: None }
    }
}

/// 3.49: a rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    pub id: String,
    pub short_description: Text,
    pub full_description: Text,
    pub help: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_uri: Option<String>,
    pub default_configuration: Configuration,
    pub properties: RuleProperties,
}

/// 3.50: how bad the results of a rule are where nothing says otherwise.
#[derive(Serialize)]
pub(super) struct Configuration {
    pub level: &'static str,
}

#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub tags: Vec<String>,
}

/// 3.27: a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    pub rule_id: String,
    pub rule_index: usize,
    pub level: &'static str,
    pub message: Text,
    pub locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<Location>,
    pub partial_fingerprints: Fingerprint,
    /// None at all where no result is suppressed: either all results have the list, or none has (3.27.23).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressions: Option<Vec<Suppression>>,
    #[serde(skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// What a result is known by from one run to the next. GitHub makes `primaryLocationLineHash` itself.
#[derive(Serialize)]
pub(super) struct Fingerprint {
    #[serde(rename = "preflightIdentity/v1")]
    pub identity: String,
}

#[derive(Default, Serialize)]
pub(super) struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub object: String,
}

impl Properties {
    fn is_empty(&self) -> bool {
        self.service.is_none() && self.environment.is_none() && self.object.is_empty()
    }
}

/// 3.28: a place and what is to be seen there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
    pub physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
}

/// 3.29: a file and a region of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Physical {
    pub artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// 3.4: a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Artifact {
    pub uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri_base_id: Option<&'static str>,
}

/// 3.30: a region, in lines and characters from 1; the end column is one past the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub start_line: usize,
    pub start_column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// 3.35: why a result is not to be shown.
#[derive(Serialize)]
pub(super) struct Suppression {
    pub kind: &'static str,
    pub status: &'static str,
    pub justification: String,
    pub location: Location,
}

/// 3.58: something about the run itself.
#[derive(Serialize)]
pub(super) struct Notification {
    pub level: &'static str,
    pub descriptor: Descriptor,
    pub message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
}

/// 3.52: what kind of thing it is.
#[derive(Serialize)]
pub(super) struct Descriptor {
    pub id: String,
}
