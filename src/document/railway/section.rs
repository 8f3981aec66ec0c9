//! The keys that Railway defines, with their forms: the union of its documentation, its CLI's structs and its npm types
//! (config-as-code reference; railwayapp/cli src/controllers/config/environment.rs; npm `railway`, read in November 2026).

use super::mask;
use crate::document::{Parsed, Settings, Unread};
use crate::finding::Severity;
use crate::tree::{Node, NodeValue};

/// The form of a value; `null` is one of every form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text.
    Text,
    /// The path of a web address, which may have a query.
    Path,
    /// Text that a shell runs.
    Command,
    /// Text that a shell runs, or a list of it.
    Commands,
    /// A whole number, also written as text.
    Integer,
    /// Yes or no.
    Bool,
    /// A list of texts.
    Texts,
    /// A mapping that is not looked into.
    Map,
    /// Regions with their replicas.
    Regions,
    /// A mapping whose values nobody may see.
    Credentials,
}

/// A section of the configuration: its name and its keys.
pub(super) struct Section {
    pub(super) name: &'static str,
    keys: &'static [(&'static str, Form)],
}

pub(super) const BUILD: Section = Section {
    name: "build",
    keys: &[
        ("builder", Form::Text),
        ("buildCommand", Form::Command),
        ("dockerfilePath", Form::Text),
        ("nixpacksConfigPath", Form::Text),
        ("nixpacksVersion", Form::Text),
        ("railpackVersion", Form::Text),
        ("nixpacksPlan", Form::Map),
        ("buildEnvironment", Form::Text),
        ("watchPatterns", Form::Texts),
    ],
};

pub(super) const DEPLOY: Section = Section {
    name: "deploy",
    keys: &[
        ("startCommand", Form::Command),
        ("preDeployCommand", Form::Commands),
        ("healthcheckPath", Form::Path),
        ("healthcheckTimeout", Form::Integer),
        ("cronSchedule", Form::Text),
        ("restartPolicyType", Form::Text),
        ("restartPolicyMaxRetries", Form::Integer),
        ("numReplicas", Form::Integer),
        ("multiRegionConfig", Form::Regions),
        ("region", Form::Text),
        ("sleepApplication", Form::Bool),
        ("ipv6EgressEnabled", Form::Bool),
        ("useLegacyStacker", Form::Bool),
        ("overlapSeconds", Form::Integer),
        ("drainingSeconds", Form::Integer),
        ("limitOverride", Form::Map),
        ("requiredMountPath", Form::Text),
        ("runtime", Form::Text),
        ("registryCredentials", Form::Credentials),
    ],
};

impl Section {
    /// The form of a key that Railway defines.
    pub(super) fn form(&self, key: &str) -> Option<Form> {
        self.keys.iter().find(|(known, _)| *known == key).map(|(_, form)| *form)
    }
}

impl Form {
    /// What was expected, for messages.
    fn expected(self) -> &'static str {
        match self {
            Self::Text | Self::Path | Self::Command => "text",
            Self::Commands => "text or a list of texts",
            Self::Integer => "a whole number",
            Self::Bool => "true or false",
            Self::Texts => "a list of texts",
            Self::Map | Self::Regions | Self::Credentials => "a mapping",
        }
    }

    /// Hides what of a value nobody may see: all of it, or the secrets that stand in it.
    pub(super) fn hide(self, node: &Node, settings: &Settings, parsed: &mut Parsed) {
        let stands = match self {
            Self::Credentials => {
                mask::leaves(node, &mut parsed.masks);
                "literal"
            }
            Self::Path => {
                // A query is where people put a token.
                if let NodeValue::Text(path) = &node.value
                    && let Some(query) = path.text().find('?')
                {
                    parsed.masks.push(path.span(query..path.text().len()).range());
                }
                "literal"
            }
            Self::Command | Self::Commands => "command",
            _ => "literal",
        };
        mask::scan(node, stands, settings, parsed);
    }

    /// The nodes that do not have the form, each with what it should be; `path` names the value, in known words only.
    pub(super) fn check(self, node: &Node, path: &str, unread: &mut Vec<Unread>) {
        let texts = |node: &Node| node.items().is_some_and(|items| items.iter().all(|item| item.text().is_some()));
        let fits = match self {
            Self::Text | Self::Path | Self::Command => node.text().is_some(),
            Self::Commands => node.text().is_some() || texts(node),
            Self::Integer => integer(node).is_some(),
            Self::Bool => matches!(node.value, NodeValue::Bool(_)),
            Self::Texts => texts(node),
            Self::Map | Self::Regions | Self::Credentials => node.entries().is_some(),
        };
        if !fits && node.value != NodeValue::Null {
            unread.push(wrong(node, path, self.expected()));
            return;
        }
        if self != Self::Regions {
            return;
        }
        for region in node.entries().unwrap_or_default() {
            Self::Map.check(&region.value, &format!("a region of {path}"), unread);
            if let Some(replicas) = region.value.get("numReplicas") {
                Self::Integer.check(replicas, &format!("numReplicas of a region of {path}"), unread);
            }
        }
    }
}

/// A value of another form than `expected`.
pub(super) fn wrong(node: &Node, path: &str, expected: &str) -> Unread {
    let message = format!("{path} is {}, and Railway expects {expected}", node.describe());
    Unread { span: node.span, severity: Severity::Warning, message, help: format!("Write {expected}.") }
}

/// A whole number: a number, or decimal digits as text, since Railway's documentation writes both.
pub(super) fn integer(node: &Node) -> Option<i64> {
    match &node.value {
        NodeValue::Text(text) => text.text().trim().parse().ok(),
        NodeValue::Number(written) => {
            let digits = written.replace('_', "");
            let unsigned = digits.strip_prefix('+').unwrap_or(&digits);
            for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
                if let Some(digits) = unsigned.strip_prefix(prefix) {
                    return i64::from_str_radix(digits, radix).ok();
                }
            }
            unsigned.parse().ok().or_else(|| {
                // `2.0` and `1e1` of JSON are whole numbers too; up to 2^53 a float holds them exactly.
                let number: f64 = unsigned.parse().ok()?;
                (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
            })
        }
        _ => None,
    }
}
