//! What the loader says of a broken text: the words it points at, and its own words.

use preflight::finding::Problem;
use preflight::policy::{self, PackText, Spellings};
use preflight::source::{SourceId, SourceMap};
use std::collections::HashMap;

/// One error, with the text that its span covers.
#[derive(Debug)]
pub struct Said {
    pub file: String,
    pub line: usize,
    /// The bytes that it points at.
    pub at: String,
    pub message: String,
    pub note: String,
    pub help: String,
}

/// What an error must be: (the text that it points at, a part of its message, a part of its note or its help).
pub type Wanted<'a> = (&'a str, &'a str, &'a str);

/// The errors of a pack of these files.
pub fn pack(files: &[(&str, &str)]) -> Vec<Said> {
    packs(&[("test", files)])
}

/// The errors of several packs: (name, files).
pub fn packs(packs: &[(&str, &[(&str, &str)])]) -> Vec<Said> {
    let mut texts = HashMap::new();
    let owned = |files: &[(&str, &str)]| files.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
    let packs: Vec<PackText> = packs
        .iter()
        .map(|(pack, files)| {
            for (name, text) in *files {
                texts.insert(format!("{pack}/{name}"), (*text).to_owned());
            }
            PackText { name: (*pack).into(), folder: (*pack).into(), files: owned(files) }
        })
        .collect();
    let mut sources = SourceMap::new();
    let problems = policy::load(&packs, &Spellings::default(), &[], &mut sources).err().unwrap_or_default();
    problems.into_iter().map(|problem| said(problem, &sources, |path| texts[path].clone())).collect()
}

/// The errors of a policy file of one policy with this rule.
pub fn rule(rule: &str) -> Vec<Said> {
    pack(&[("a.yaml", &file_of(rule))])
}

/// A policy file of one policy with this rule.
pub fn file_of(rule: &str) -> String {
    format!(
        "version: 1\npolicies:\n  a-policy:\n    severity: error\n    why: It breaks the service.\n    fix: Mend it.\n    says: breaks it\n    {rule}\n"
    )
}

/// The errors of a preflight.yaml.
pub fn config(text: &str) -> Vec<Said> {
    let mut sources = SourceMap::new();
    let source = sources.add("preflight.yaml", text);
    let problems = preflight::config::load(source, text).err().unwrap_or_default();
    problems.into_iter().map(|problem| said(problem, &sources, |_| text.to_owned())).collect()
}

fn said(problem: Problem, sources: &SourceMap, text: impl Fn(&str) -> String) -> Said {
    let span = problem.span.unwrap_or_else(|| panic!("no place: {problem:?}"));
    let file = sources.path(source(&problem)).to_owned();
    let text = text(&file);
    let at = text[span.range()].to_owned();
    let line = 1 + text[..span.range().start].matches('\n').count();
    Said { file, line, at, message: problem.message, note: problem.note, help: problem.help }
}

fn source(problem: &Problem) -> SourceId {
    problem.source().unwrap()
}

/// Exactly these errors, in this order.
#[track_caller]
pub fn assert_said(what: &str, said: &[Said], wanted: &[Wanted<'_>]) {
    let fits = |(said, (at, message, hint)): (&Said, &Wanted<'_>)| {
        said.at == *at && said.message.contains(message) && (said.note.contains(hint) || said.help.contains(hint))
    };
    let alike = said.len() == wanted.len() && said.iter().zip(wanted).all(fits);
    assert!(alike, "{what}\nwanted {wanted:#?}\nsaid {said:#?}");
}

/// Rules with the errors that they give; every error has words at its place or a way out.
#[track_caller]
pub fn assert_rules(table: &[(&str, &[Wanted<'_>])]) {
    for (text, wanted) in table {
        let said = rule(text);
        assert_said(text, &said, wanted);
        assert!(said.iter().all(|said| !said.note.is_empty()), "something is to be seen at the place: {said:#?}");
    }
}
