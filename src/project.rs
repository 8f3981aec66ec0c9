//! One project: texts with labels in, facts and findings out. Pure.

mod documents;

use crate::config::Config;
use crate::discover::Found;
use crate::document::value::redact_fact;
use crate::document::{self, Input, ListedMask, Marker, Parsed, Settings};
use crate::evaluate::{Evaluation, Run, evaluate};
use crate::fact::{Cause, FactId, Facts, Field, Kind};
use crate::finding::{Finding, Problem};
use crate::history;
use crate::policy::model::{Condition, KindSelection, Literal, PolicySet, Selection, Shape, Term, Test};
use crate::policy::{Glob, Spellings};
use crate::replay;
use crate::resolve::{self, Draft, Names};
use crate::rule::{Context, ExpectedDocument};
use crate::source::{SourceId, SourceMap, Span, escape_controls};
use crate::state::Doubt;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// The id under which what could not be read is reported; no pack decides about it.
pub const NOT_UNDERSTOOD: &str = "not-understood";

/// From this many documents on they are parsed in parallel.
const PARALLEL: usize = 64;

/// What a project's documents say.
#[derive(Default)]
pub struct Read {
    /// The facts.
    pub facts: Facts,
    /// Lines and statements that could not be read, in files that were divided.
    pub unread: Vec<Finding>,
    /// Files that could not be opened, decoded or parsed as their kind.
    pub problems: Vec<Problem>,
    /// Each document that was read: its source, and where it is.
    pub documents: Vec<(SourceId, std::path::PathBuf)>,
    /// Migrations that a base has and that are gone: the source of what they were, and where they were.
    pub gone: Vec<(SourceId, std::path::PathBuf)>,
    /// What documents are, where their content says more than their path did.
    pub notices: Vec<String>,
    /// What of documents is passed over and harms nothing: said to who asks for more.
    pub passed_over: Vec<String>,
    /// Comments that speak to preflight, in the order of documents and places.
    pub markers: Vec<Marker>,
    /// What may be otherwise at the end of the migrations, because a statement is built at run time: by family of objects.
    pub doubts: Vec<Doubt>,
    /// How many documents were read, by the word under which they are counted.
    pub counts: Vec<(&'static str, usize)>,
    /// Values that may be shown where a policy in force lists them.
    listed: Vec<(SourceId, Vec<ListedMask>)>,
}

/// What migrations are compared with.
pub struct Since {
    /// The base, or why it is not known.
    pub base: history::Base,
    /// Its migrations, each with its text.
    pub before: Vec<Found>,
    /// Those of its tip, where that has gone on.
    pub ahead: Vec<Found>,
}

/// Parses the documents that were found, in the order of their paths.
pub fn read(
    found: Vec<Found>,
    settings: &Settings,
    spellings: &Spellings,
    shown: impl Fn(&Found) -> String,
    sources: &mut SourceMap,
) -> Read {
    read_since(found, None, settings, spellings, shown, sources)
}

/// The same, and what became of migrations since a base.
pub fn read_since(
    found: Vec<Found>,
    since: Option<Since>,
    settings: &Settings,
    spellings: &Spellings,
    shown: impl Fn(&Found) -> String,
    sources: &mut SourceMap,
) -> Read {
    let mut read = Read { facts: Facts::new(), ..Read::default() };
    let (mut added, mut drafts) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
    sources.reserve(found.len());
    for mut found in found {
        let name = shown(&found);
        match std::mem::replace(&mut found.text, Ok(String::new())) {
            Ok(text) => added.push((sources.add(name, text), found)),
            Err(problem) => {
                read.problems.push(problem);
                // It is there, and nobody knows what it says: what it may hold is undecided, and not missing.
                let source = sources.add(name, "");
                let unread = vec![Span::point(source, 0)];
                drafts.extend(documents::unread(source, &found, &unread, spellings));
            }
        }
    }
    let parse = |(source, found): &(SourceId, Found)| {
        // A document that names its reader, or its schema, is read with settings of its own.
        let readers = [found.loader, found.driver, found.runner];
        let own = (readers.iter().any(Option::is_some) || found.schema.is_some()).then(|| Settings {
            loader: found.loader,
            driver: found.driver,
            runner: found.runner,
            schema: found.schema.as_deref().map(escape_controls),
            ..settings.clone()
        });
        let settings = own.as_ref().unwrap_or(settings);
        let input = Input { source: *source, text: sources.text(*source), path: &found.relative, settings };
        let mut parsed = document::parse(found.kind, input);
        if let Some(listed) = &settings.listed {
            hide_unlisted(&mut parsed, listed);
        }
        // values are asked once more where references lead; where there are none it is done here, in parallel
        if !has_values(found.kind.name) {
            let parts = parsed.parts.iter_mut().flat_map(|part| &mut part.facts);
            parsed.facts.iter_mut().chain(parts).for_each(redact_fact);
        }
        parsed
    };
    let parsed: Vec<Parsed> =
        if added.len() < PARALLEL { added.iter().map(parse).collect() } else { added.par_iter().map(parse).collect() };
    let names = Names::new(parsed.iter());
    for ((source, found), parsed) in added.into_iter().zip(parsed) {
        drafts.extend(documents::take(&mut read, source, found, parsed, &names, spellings, sources));
    }
    resolve::overridden(&mut drafts);
    resolve::settings(&mut drafts, settings);
    resolve::references(&mut drafts, spellings, settings);
    resolve::catalog(&mut drafts);
    history::order(&mut drafts);
    if let Some(since) = since {
        read.facts.compare();
        documents::since(&mut read, &mut drafts, since, settings, spellings, shown, sources);
    }
    read.facts.reserve(drafts.len(), drafts.iter().map(|draft| draft.facts.len()).sum());
    for Draft { document, mut facts, .. } in drafts {
        if has_values(document.kind) {
            facts.iter_mut().for_each(redact_fact);
        }
        read.facts.add(document, facts);
    }
    for replayed in replay::replay(&read.facts) {
        let end_state = replay::end_state(&read.facts, &replayed);
        let doubts = replayed.database.doubts.iter();
        read.doubts.extend(doubts.map(|(family, cause)| Doubt {
            history: replayed.of.clone(),
            family,
            cause: std::sync::Arc::clone(cause),
        }));
        replayed.found.into_iter().for_each(|(fact, field, state)| read.facts.complete(fact, field, state));
        replayed
            .because
            .into_iter()
            .for_each(|(fact, field, span, words)| read.facts.explain(fact, field, span, words));
        end_state.into_iter().for_each(|fact| _ = read.facts.push(fact));
    }
    let joined = replay::joined(&read.facts);
    joined.found.into_iter().for_each(|(fact, field, state)| read.facts.complete(fact, field, state));
    joined.because.into_iter().for_each(|(fact, field, span, words)| read.facts.explain(fact, field, span, words));
    read
}

/// Hides the values that no policy lists for any variable, as most are: of the others [`Read::mask_unlisted`] decides.
fn hide_unlisted(parsed: &mut Parsed, listed: &HashSet<String>) {
    let Parsed { listed: words, masks, .. } = parsed;
    words.retain(|word| {
        let is_listed = word.value.ask(|text| listed.contains(text));
        if !is_listed {
            masks.push(word.range.clone());
        }
        is_listed
    });
    words.shrink_to_fit();
}

/// Whether documents of a kind hold values, which may be references.
fn has_values(kind: &str) -> bool {
    document::gives(kind, Kind::Variable)
}

impl Read {
    /// Masks the values that may be shown only where a policy lists them, and are not listed.
    pub fn mask_unlisted(&self, set: &PolicySet, sources: &mut SourceMap) {
        let mut words: HashMap<String, Vec<Vec<Glob>>> = HashMap::new();
        for (names, word) in listed_words(set) {
            words.entry(word).or_default().push(names);
        }
        let is_listed = |mask: &ListedMask| {
            let lists = mask.value.ask(|word| words.get(word)).into_iter().flatten();
            lists.flatten().any(|name| name.matches(&mask.name))
        };
        for (source, masks) in &self.listed {
            let hidden = masks.iter().filter(|mask| !is_listed(mask));
            sources.mask(*source, hidden.map(|mask| mask.range.clone()));
        }
    }

    /// Says of every document that is a file what git does with it: `ask` gives a word of the vocabulary for a path, or why
    /// git does not answer.
    pub fn ask_git(&mut self, mut ask: impl FnMut(&std::path::Path) -> Result<&'static str, String>) {
        for (source, path) in self.documents.iter().filter(|(_, path)| path.as_os_str() != "-") {
            let help = "Run the command where git works, or leave the pack out that asks for it.";
            let unknown =
                |said: String| Cause::new(format!("cannot be asked about in git: {}", escape_controls(&said)), help);
            self.facts.set_git(*source, ask(path).map_err(unknown));
        }
    }

    /// Judges what was read. `watched` are the facts whose judgement is wanted in detail.
    pub fn judge(
        &self,
        config: Option<&Config>,
        set: &PolicySet,
        expected: &[ExpectedDocument],
        run: Run<'_>,
        watched: HashSet<FactId>,
    ) -> Evaluation {
        let context = Context::new(&self.facts, set, expected, watched);
        self.evaluate(&context, config, run)
    }

    /// Judges what was read, and keeps what came of each cell of each matrix.
    pub fn judge_tables(
        &self,
        config: Option<&Config>,
        set: &PolicySet,
        expected: &[ExpectedDocument],
        run: Run<'_>,
    ) -> Evaluation {
        let mut context = Context::new(&self.facts, set, expected, HashSet::new());
        context.keeps_tables = true;
        self.evaluate(&context, config, run)
    }

    fn evaluate(&self, context: &Context<'_>, config: Option<&Config>, run: Run<'_>) -> Evaluation {
        let needs = config.map(|config| config.needs.as_slice()).unwrap_or_default();
        evaluate(context, Run { needs, ..run })
    }
}

/// The settings of reading that a configuration and its packs make.
pub fn settings(config: Option<&Config>, set: &PolicySet, today: Option<i64>) -> Settings {
    let of_packs = set.packs.iter().flat_map(|pack| pack.directions.iter());
    let own = config.into_iter().flat_map(|config| config.directions.iter());
    let usual_driver = set.packs.iter().find_map(|pack| pack.driver);
    let usual_runner = set.packs.iter().find_map(|pack| pack.runner);
    let directions = own.chain(of_packs).cloned().collect();
    Settings { today, usual_driver, usual_runner, directions, ..Settings::default() }
}

/// Where documents of a configuration would stand. `prefix` is the configuration's folder as it is shown.
pub fn expected(config: &Config, prefix: &str) -> Vec<ExpectedDocument> {
    let entry = |entry: &crate::config::DocumentEntry| {
        let pattern = match prefix {
            "." | "" => entry.files.value.clone(),
            prefix => format!("{prefix}/{}", entry.files.value),
        };
        ExpectedDocument { pattern, gives: entry.kind.gives, span: entry.files.span }
    };
    config.documents.iter().map(entry).collect()
}

/// The words that policies list for some variable: such a value may be shown.
pub fn listed(set: &PolicySet) -> HashSet<String> {
    listed_words(set).into_iter().map(|(_, word)| word).collect()
}

/// The words that policies list for variables: (patterns of names, word). Such a value is a word of the policy, not a
/// secret of the document.
fn listed_words(set: &PolicySet) -> Vec<(Vec<Glob>, String)> {
    let mut words = Vec::new();
    for policy in &set.policies {
        match &policy.shape {
            Shape::Matrix(matrix) => {
                for row in &matrix.rows {
                    let values = row.cells.iter().filter_map(|cell| cell.value.as_ref());
                    words.extend(
                        values.flat_map(literals).map(|word| (vec![Glob::new(row.variable.value.clone())], word)),
                    );
                }
            }
            Shape::Forbid(facts) => facts.iter().for_each(|facts| words.extend(words_of(facts, None))),
            Shape::Expect(rule) => words.extend(words_of(&rule.facts, Some(&rule.to))),
            Shape::Require(_) | Shape::Distinct(_) | Shape::Same(_) => {}
        }
    }
    words
}

/// The words that a rule lists for the variables that it names.
fn words_of(facts: &KindSelection, to: Option<&Selection>) -> Vec<(Vec<Glob>, String)> {
    if facts.kind.value != Kind::Variable {
        return Vec::new();
    }
    let conditions = |selection: &Selection, field: Field| {
        let terms = selection.terms.iter().filter_map(move |term| match term {
            Term::Field(term) if term.field == field.into() => Some(term.condition.clone()),
            _ => None,
        });
        terms.collect::<Vec<_>>()
    };
    let names: Vec<Glob> = conditions(&facts.selection, Field::Name).iter().flat_map(literals).map(Glob::new).collect();
    let selections = std::iter::once(&facts.selection).chain(to);
    let words =
        selections.flat_map(|selection| conditions(selection, Field::Value)).flat_map(|condition| literals(&condition));
    words.filter(|_| !names.is_empty()).map(|word| (names.clone(), word)).collect()
}

/// The literal texts of a condition; a type's count too, a parameter's and a negated one's do not.
fn literals(condition: &Condition) -> Vec<String> {
    match &condition.test {
        Test::Is(Literal::Text(text)) => vec![text.clone()],
        Test::Is(Literal::Name(name)) if name.is_literal() => vec![name.as_str().to_owned()],
        Test::Any(conditions) | Test::All(conditions) => conditions.iter().flat_map(literals).collect(),
        Test::IsA(ty) => match &ty.judge {
            crate::policy::model::Judge::Value(condition) => literals(condition),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
