//! Runs a case through the library: no process, no files.

use super::case::{Case, base};
use super::yaml;
use preflight::config::{self, Config};
use preflight::discover::{Found, Pattern};
use preflight::evaluate::{Evaluation, Run};
use preflight::fact::{Cause, Field};
use preflight::finding::{Anchor, Finding, LabelRole, Undecided};
use preflight::history;
use preflight::policy::PolicySet;
use preflight::project::{self, Read, Since};
use preflight::report::RunState;
use preflight::source::{SourceMap, Span};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The configuration of a case: the pack's usual one, with what the case says over it.
pub fn config(case: &Case, usual: &Value) -> Result<Config, String> {
    let mut all = usual.clone();
    let keys = all.as_object_mut().ok_or("preflight.yaml is no mapping")?;
    for (key, value) in &case.config {
        keys.insert(key.clone(), value.clone());
    }
    let text = yaml::write(&all);
    let source = SourceMap::new().add("preflight.yaml", text.as_str());
    config::load(source, &text)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// A case whose files have been read; policies can be judged on it again and again.
pub struct Prepared<'a> {
    /// The case.
    pub case: &'a Case,
    config: Config,
    sources: SourceMap,
    read: Read,
    today: Option<i64>,
}

/// Reads the files of a case.
pub fn prepare<'a>(case: &'a Case, config: Config, set: &PolicySet) -> Result<Prepared<'a>, String> {
    let today = match &case.today {
        Some(text) => Some(preflight::date::parse(text).ok_or_else(|| format!("`today: {text}` is no date"))?),
        None => None,
    };
    let mut found = Vec::new();
    for (path, text) in &case.files {
        found.push(document(&config, path, text)?);
    }
    let mut sources = SourceMap::new();
    let settings = project::settings(Some(&config), set, today);
    let shown = |found: &Found| found.relative.clone();
    let since = since(case, &config)?;
    let mut read = project::read_since(found, since, &settings, &config.spellings, shown, &mut sources);
    if let Some(path) = case.git.keys().find(|path| !case.files.contains_key(*path)) {
        return Err(format!("`git:` names {path}, and the case has no such file"));
    }
    if set.asks(Field::Git) {
        read.ask_git(|path| git(case, path));
    }
    let broken: Vec<String> = read.problems.iter().map(|problem| format!("cannot be read: {problem}")).collect();
    if broken.is_empty() { Ok(Prepared { case, config, sources, read, today }) } else { Err(broken.join("\n")) }
}

/// What a case says of the base.
fn since(case: &Case, config: &Config) -> Result<Option<Since>, String> {
    let Some(files) = &case.base else { return Ok(None) };
    let before = files.iter().map(|(path, text)| document(config, path, text)).collect::<Result<_, _>>()?;
    let once = case.once.clone().unwrap_or_default();
    let once = match once.iter().any(|path| path == "unknown") {
        true => Err(Cause::new("may have been there once: the case says so", "")),
        false => Ok(once.into_iter().collect()),
    };
    let shown = "main (1a2b3c4d5e6f)".to_owned();
    let known = history::Known { shown, tip: None, once, odd: HashMap::new(), others: HashMap::new() };
    Ok(Some(Since { base: history::Base::Known(known), before, ahead: Vec::new() }))
}

/// What a case says that git does with a file; `unknown` where git does not answer.
fn git(case: &Case, path: &Path) -> Result<&'static str, String> {
    let said = case.git.get(&path.to_string_lossy().into_owned()).map_or("outside", String::as_str);
    let words = ["tracked", "addable", "ignored", "outside"];
    words.into_iter().find(|word| *word == said).ok_or_else(|| "the case says so".to_owned())
}

fn document(config: &Config, path: &str, text: &str) -> Result<Found, String> {
    for entry in &config.documents {
        let Some(captures) = Pattern::new(&entry.files.value)?.captures(path) else { continue };
        return Ok(Found::of(entry, PathBuf::from(path), path.to_owned(), captures, Ok(text.to_owned())));
    }
    Err(format!("{path} fits no entry of `documents:`"))
}

/// What a case says, or what came of it: one line each, as people compare them.
type Lines = BTreeMap<String, usize>;

impl Prepared<'_> {
    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What is otherwise than the case says, under these policies; nothing where all is as it should be.
    pub fn differences(&self, set: &PolicySet) -> Vec<String> {
        let mut differences = Vec::new();
        let in_force = |id: &str| set.policies.iter().any(|policy| policy.id.value == base(id));
        let evaluation = self.evaluate(set);
        let problems = evaluation.problems.iter().map(|problem| format!("no verdict: {problem}"));
        differences.extend(problems);
        let compared = |id: &str| self.case.compares(id);
        let unread = self.read.unread.iter().filter(|_| self.case.only.is_none());
        let findings: Vec<&Finding> =
            evaluation.findings.iter().filter(|finding| compared(&finding.policy)).chain(unread).collect();
        let wanted =
            self.case.finds.iter().filter(|find| in_force(&find.policy) || find.policy == project::NOT_UNDERSTOOD);
        self.compare_findings(&findings, &wanted.collect::<Vec<_>>(), &mut differences);
        self.compare_undecided(&evaluation.undecided, &in_force, &mut differences);
        self.compare_states(&evaluation, &in_force, &mut differences);
        differences
    }

    fn evaluate(&self, set: &PolicySet) -> Evaluation {
        let wanted = |id: &str| self.case.names(id);
        let expected = project::expected(&self.config, ".");
        let run = Run { today: self.today, wanted: &wanted, needs: &[] };
        self.read.judge(Some(&self.config), set, &expected, run, HashSet::new())
    }

    /// Each expected finding takes the first one that fits; what is left on either side is a difference.
    fn compare_findings(&self, findings: &[&Finding], wanted: &[&super::case::Find], differences: &mut Vec<String>) {
        let mut left: Vec<&Finding> = findings.to_vec();
        for find in wanted {
            let also: HashSet<&str> = find.also.iter().map(String::as_str).collect();
            let fits = |finding: &&Finding| {
                let others = self.others(finding);
                finding.policy == find.policy
                    && self.at(finding) == find.at
                    && find.missing == finding.span().is_none()
                    && find.text.as_ref().is_none_or(|text| finding.span().is_some_and(|span| self.text(span) == *text))
                    && find.field.as_ref().is_none_or(|field| finding.note.starts_with(field.as_str()))
                    && others.iter().map(String::as_str).collect::<HashSet<_>>() == also
            };
            match left.iter().position(fits) {
                Some(index) => {
                    left.remove(index);
                }
                None => {
                    let text = find.text.as_ref().map(|text| format!(" {text:?}")).unwrap_or_default();
                    let field = find.field.as_ref().map(|field| format!(" ({field} …)")).unwrap_or_default();
                    differences.push(format!(
                        "expected  {} {}{text}{field}{}",
                        find.policy,
                        find.at,
                        places(&find.also)
                    ));
                }
            }
        }
        for finding in left {
            let text = finding.span().map(|span| format!(" {:?}", self.text(span))).unwrap_or_default();
            let also = places(&self.others(finding));
            let id = &finding.policy;
            differences.push(format!(
                "got       {id} {}{text}{also}: {} ({})",
                self.at(finding),
                finding.message,
                finding.note
            ));
        }
    }

    fn compare_undecided(&self, got: &[Undecided], in_force: &dyn Fn(&str) -> bool, differences: &mut Vec<String>) {
        let of = |policies: &[String]| {
            let mut ids: Vec<&str> =
                policies.iter().map(String::as_str).filter(|id| in_force(id) && self.case.compares(id)).collect();
            ids.sort_unstable();
            (!ids.is_empty()).then(|| ids.join(", "))
        };
        let (mut expected, mut found) = (Lines::new(), Lines::new());
        let texts =
            |at: &str| self.case.undecided.iter().any(|undecided| undecided.at == at && undecided.text.is_some());
        for undecided in &self.case.undecided {
            let text = undecided.text.as_ref().map(|text| format!(" {text:?}")).unwrap_or_default();
            let line = of(&undecided.policies).map(|ids| format!("undecided {}{text}: {ids}", undecided.at));
            line.into_iter().for_each(|line| *expected.entry(line).or_default() += 1);
        }
        for undecided in got {
            let at = undecided.span.map_or_else(|| "nowhere".to_owned(), |span| self.place(span));
            let text = undecided.span.filter(|_| texts(&at)).map(|span| format!(" {:?}", self.text(span)));
            let line = of(&undecided.policies).map(|ids| format!("undecided {at}{}: {ids}", text.unwrap_or_default()));
            line.into_iter().for_each(|line| *found.entry(line).or_default() += 1);
        }
        compare(&expected, &found, differences);
    }

    fn compare_states(&self, evaluation: &Evaluation, in_force: &dyn Fn(&str) -> bool, differences: &mut Vec<String>) {
        let (mut expected, mut found) = (Lines::new(), Lines::new());
        let lists = [("not judged  ", &self.case.not_judged), ("out of scope", &self.case.out_of_scope)];
        for (word, list) in lists {
            for none in list.iter().filter(|none| in_force(&none.policy)) {
                let because = none.because.as_ref().map(|because| format!(": {because}")).unwrap_or_default();
                expected.insert(format!("{word} {}{because}", none.policy), 1);
            }
        }
        for state in &evaluation.states {
            let (word, list, because) = match &state.state {
                RunState::NotJudged { because } => (lists[0].0, lists[0].1, because),
                RunState::OutOfScope { because } => (lists[1].0, lists[1].1, because),
                RunState::Idle | RunState::Judged(_) => continue,
            };
            let named = list.iter().find(|none| none.policy == state.policy);
            let because = match named {
                Some(none) if none.because.is_none() => String::new(),
                _ => format!(": {because}"),
            };
            found.insert(format!("{word} {}{because}", state.policy), 1);
        }
        compare(&expected, &found, differences);
    }

    fn at(&self, finding: &Finding) -> String {
        match &finding.anchor {
            Anchor::At(span) => self.place(*span),
            Anchor::Missing(path) => path.clone(),
        }
    }

    fn place(&self, span: Span) -> String {
        let place = self.sources.shown().place(span);
        format!("{}:{}:{}", self.sources.path(span.source), place.line, place.column)
    }

    /// The true text of a span: files of cases hold no secret.
    fn text(&self, span: Span) -> &str {
        let text = self.case.files.get(self.sources.path(span.source));
        text.and_then(|text| text.get(span.range())).unwrap_or("")
    }

    fn others(&self, finding: &Finding) -> Vec<String> {
        let facts = finding.labels.iter().filter(|label| label.role == LabelRole::Fact);
        facts.map(|label| self.place(label.span)).collect()
    }
}

fn places(also: &[String]) -> String {
    if also.is_empty() { String::new() } else { format!(" and {}", also.join(", ")) }
}

fn compare(expected: &Lines, found: &Lines, differences: &mut Vec<String>) {
    differences.extend(
        expected
            .iter()
            .filter(|(line, count)| found.get(*line) != Some(count))
            .map(|(line, _)| format!("expected  {line}")),
    );
    differences.extend(
        found
            .iter()
            .filter(|(line, count)| expected.get(*line) != Some(count))
            .map(|(line, _)| format!("got       {line}")),
    );
}
