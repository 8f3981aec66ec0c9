//! `cases.yaml`: what a pack says of its own policies.

use super::yaml;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One case: files, and exactly what they give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The policies that are judged; all of the pack where nothing is said.
    pub policies: Option<Vec<String>>,
    /// The ids, with sub-ids, of the findings that are compared; all where nothing is said.
    pub only: Option<Vec<String>>,
    /// Keys of preflight.yaml that take the place of the usual ones.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// The date that counts as today.
    pub today: Option<String>,
    /// Texts by path.
    pub files: BTreeMap<String, String>,
    /// What git does with files, by path; `outside` of every repository where nothing is said.
    #[serde(default)]
    pub git: BTreeMap<String, String>,
    /// What the base of a change has, texts by path; without it nothing is compared with a base.
    pub base: Option<BTreeMap<String, String>>,
    /// Paths that the history of the base once had and deleted; `unknown` where its history has an end.
    pub once: Option<Vec<String>>,
    /// The exact set of findings.
    pub finds: Vec<Find>,
    /// The exact set of what cannot be known.
    #[serde(default)]
    pub undecided: Vec<Undecided>,
    /// The exact set of policies that no document gives facts for.
    #[serde(default)]
    pub not_judged: Vec<NoVerdict>,
    /// The exact set of policies whose labels no document has.
    #[serde(default)]
    pub out_of_scope: Vec<NoVerdict>,
}

/// One finding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// The id, with its sub-id.
    pub policy: String,
    /// `path:line:column`; the path alone for a file that does not exist.
    pub at: String,
    /// What the span covers; `""` for a gap; not compared where nothing is said.
    pub text: Option<String>,
    /// The other places of documents that it shows, all of them.
    #[serde(default)]
    pub also: Vec<String>,
    /// The words with which the note at its place begins: the field that fails, or the variable that is missing.
    pub field: Option<String>,
    /// Whether it points at a file that does not exist.
    #[serde(default)]
    pub missing: bool,
}

/// One thing that cannot be known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undecided {
    /// `path:line:column`.
    pub at: String,
    /// What the span covers.
    pub text: Option<String>,
    /// The policies that ask, with sub-ids.
    pub policies: Vec<String>,
}

/// One policy that gives no verdict.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoVerdict {
    /// The id.
    pub policy: String,
    /// Why, in the words of the report; not compared where nothing is said.
    pub because: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    samples: BTreeMap<String, Sample>,
    cases: Vec<Value>,
}

/// A text that a reviewer cannot read, by what is in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    jwt: Map<String, Value>,
}

impl Case {
    /// Reads the cases of a pack. A key that is not known is an error, and so is a policy that the pack has not.
    pub fn read(text: &str, policies: &[String]) -> Result<Vec<Self>, String> {
        let file = yaml::read("cases.yaml", text)?;
        let file: File = serde_json::from_value(file).map_err(|error| format!("cases.yaml: {error}"))?;
        let samples: Vec<(String, String)> =
            file.samples.iter().map(|(name, sample)| (format!("<{name}>"), jwt(&sample.jwt))).collect();
        let mut cases = Vec::new();
        for value in file.cases {
            let name = value.get("name").and_then(Value::as_str).unwrap_or("a case without a name").to_owned();
            let mut case: Self = serde_json::from_value(value).map_err(|error| format!("case \"{name}\": {error}"))?;
            case.check(policies).map_err(|message| format!("case \"{name}\": {message}"))?;
            case.fill_in(&samples).map_err(|message| format!("case \"{name}\": {message}"))?;
            if cases.iter().any(|other: &Self| other.name == name) {
                return Err(format!("two cases are called \"{name}\""));
            }
            cases.push(case);
        }
        Ok(cases)
    }

    /// Whether the case judges a policy.
    pub fn names(&self, policy: &str) -> bool {
        self.policies.as_ref().is_none_or(|policies| policies.iter().any(|named| named == policy))
    }

    /// Whether findings of an id, with its sub-id, are compared.
    pub fn compares(&self, id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|named| named == id))
    }

    /// Whether the case holds that a policy finds something.
    pub fn fires(&self, policy: &str) -> bool {
        self.finds.iter().any(|find| base(&find.policy) == policy)
    }

    /// Whether the case holds that a policy looks and finds nothing.
    pub fn is_silent_about(&self, policy: &str) -> bool {
        let doubtful = self.undecided.iter().flat_map(|undecided| &undecided.policies);
        let vacuous = self.not_judged.iter().chain(&self.out_of_scope).map(|none| &none.policy);
        self.names(policy)
            && self.only.is_none()
            && !self.fires(policy)
            && !doubtful.chain(vacuous).any(|id| base(id) == policy)
    }

    fn check(&self, known: &[String]) -> Result<(), String> {
        let named = self.policies.iter().flatten().chain(self.only.iter().flatten());
        let found = self.finds.iter().map(|find| &find.policy);
        let doubtful = self.undecided.iter().flat_map(|undecided| &undecided.policies);
        let vacuous = self.not_judged.iter().chain(&self.out_of_scope).map(|none| &none.policy);
        let found: Vec<&String> = found.chain(doubtful).chain(vacuous).collect();
        let own = |id: &str| id == preflight::project::NOT_UNDERSTOOD;
        for id in named.chain(found.iter().copied()).filter(|id| !own(id)) {
            if !known.iter().any(|policy| policy == base(id)) {
                return Err(format!("the pack has no policy `{id}`"));
            }
        }
        match found.iter().find(|id| !own(id) && !self.names(base(id))) {
            Some(id) => Err(format!("`{id}` is expected to say something, and is not judged by the case")),
            None => Ok(()),
        }
    }

    /// Puts the samples in; a name that is left over is a misspelling, and would make a case of nothing.
    fn fill_in(&mut self, samples: &[(String, String)]) -> Result<(), String> {
        let texts = self.finds.iter_mut().filter_map(|find| find.text.as_mut());
        for text in self.files.values_mut().chain(texts) {
            for (name, sample) in samples {
                *text = text.replace(name, sample);
            }
            if let Some(name) = placeholder(text) {
                return Err(format!("there is no sample `<{name}>`"));
            }
        }
        Ok(())
    }
}

/// A lower-case name in angle brackets.
fn placeholder(text: &str) -> Option<&str> {
    let names = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name);
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    names.into_iter().find(|name| is_name(name))
}

/// An id without its sub-id.
pub fn base(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

/// A token as Supabase signs it, with a signature that nobody made.
fn jwt(payload: &Map<String, Value>) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = URL_SAFE_NO_PAD.encode("MADEUP signature of no key, 32 b");
    format!("{}.{}.{signature}", encode(&json!({ "alg": "HS256", "typ": "JWT" })), encode(&json!(payload)))
}
