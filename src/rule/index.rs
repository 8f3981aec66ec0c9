//! What joins ask again and again, worked out once: where a fact stands in its script, and which facts are alike.

use crate::fact::{DocumentId, FactId, Facts, Field, FieldRef, KINDS, Kind, State, Value};
use crate::policy::Glob;
use crate::source::Span;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Where an operation stands that only its own function body can be a partner of.
const FUNCTION_BODY: &str = "function-body";

/// The part of a script that a fact stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// The document.
    pub(super) document: DocumentId,
    /// The statement of the document, by its position from 1.
    pub(super) statement: usize,
    /// How many ends of transactions stand before it.
    pub(super) transaction: usize,
    /// Whether it is part of the body of a function or procedure: it runs when that is called.
    pub(super) in_body: bool,
}

/// Facts of one kind by their values in some fields, each list in the order of documents and places.
#[derive(Default)]
pub(super) struct Partners<'a> {
    /// By the values of all fields.
    known: HashMap<Vec<&'a Value>, Vec<FactId>>,
    /// Those of which a field cannot be known: each may be the partner.
    unknown: Vec<FactId>,
    /// All of which no field is absent.
    any: Vec<FactId>,
}

impl<'a> Partners<'a> {
    /// The facts that may be equal to these values; without values, to anything.
    pub(super) fn like<'s>(&'s self, values: Option<&[&'a Value]>) -> [&'s [FactId]; 2] {
        match values {
            Some(values) => [self.known.get(values).map_or(&[], Vec::as_slice), &self.unknown],
            None => [&self.any, &[]],
        }
    }
}

/// The statements and transactions of one document.
#[derive(Default)]
struct Script {
    /// Where statements begin, sorted.
    statements: Vec<u32>,
    /// Where BEGIN, COMMIT and ROLLBACK stand, sorted.
    ends: Vec<u32>,
    /// Positions of the statements that make a function or procedure.
    routines: HashSet<usize>,
}

/// The variants of the partners, where only some can be: one whose variant is not known may be of any.
type Variants = Option<Vec<&'static str>>;

/// The kind of the partners, the fields in which they are alike, and their variants.
type Likeness = (Kind, Vec<FieldRef>, Variants);

/// Worked out when it is first asked for.
#[derive(Default)]
pub(super) struct Index<'a> {
    scripts: OnceLock<Vec<Script>>,
    partners: Mutex<HashMap<Likeness, Arc<Partners<'a>>>>,
    unread: OnceLock<Vec<(DocumentId, Span)>>,
    variants: OnceLock<HashMap<(Kind, &'static str), Vec<FactId>>>,
    names: OnceLock<foldhash::HashMap<Option<&'a str>, Vec<FactId>>>,
}

/// The variant under which facts stand of which none is known.
const UNKNOWN: &str = "";

impl<'a> Index<'a> {
    /// The part of its script that a fact stands in.
    pub(super) fn region(&self, facts: &Facts, id: FactId) -> Region {
        let fact = facts.fact(id);
        let (script, statement) = self.script(facts, fact.document, fact.anchor);
        let in_body = match facts.get(id, Field::Stands).text() {
            Some(FUNCTION_BODY) => true,
            None | Some("top-level") => false,
            // Dynamic SQL runs where its EXECUTE stands.
            Some(_) => script.is_some_and(|script| script.routines.contains(&statement)),
        };
        region(fact.document, script, statement, fact.anchor, in_body)
    }

    /// The part of its script that something stands in that is no fact.
    pub(super) fn region_of_span(&self, facts: &Facts, document: DocumentId, span: Span) -> Region {
        let (script, statement) = self.script(facts, document, span);
        // A routine that was not understood as a whole stands at the beginning of its own statement.
        let in_body = script.is_some_and(|script| {
            let start = statement.checked_sub(1).and_then(|position| script.statements.get(position));
            script.routines.contains(&statement) && start.is_some_and(|start| span.start > *start)
        });
        region(document, script, statement, span, in_body)
    }

    fn script(&self, facts: &Facts, document: DocumentId, span: Span) -> (Option<&Script>, usize) {
        let script = self.scripts.get_or_init(|| scripts(facts)).get(document.0 as usize);
        (script, script.map_or(0, |script| script.statement(span.start)))
    }

    /// The facts of a kind that are of one of these variants, or perhaps are, in order.
    pub(super) fn of_variants(&self, facts: &Facts, kind: Kind, variants: &[&'static str]) -> Vec<FactId> {
        let table = self.variants.get_or_init(|| by_variant(facts));
        let lists = variants.iter().chain([&UNKNOWN]).filter_map(|variant| table.get(&(kind, *variant)));
        in_order(facts, lists)
    }

    /// The variables with a name that fits one of these, or with none that is known, in order.
    pub(super) fn of_names(&self, facts: &'a Facts, globs: &[&Glob]) -> Vec<FactId> {
        let table = self.names.get_or_init(|| by_name(facts));
        let literal = globs.iter().all(|glob| glob.is_literal());
        if literal {
            let lists = globs.iter().filter_map(|glob| table.get(&Some(glob.as_str()))).chain(table.get(&None));
            in_order(facts, lists)
        } else {
            let fits = |name: &Option<&str>| name.is_none_or(|name| globs.iter().any(|glob| glob.matches(name)));
            in_order(facts, table.iter().filter(|(name, _)| fits(name)).map(|(_, ids)| ids))
        }
    }

    /// What was not understood of any document, in the order of places.
    pub(super) fn unread(&self, facts: &Facts) -> &[(DocumentId, Span)] {
        self.unread.get_or_init(|| {
            let documents = (0..).map(DocumentId).zip(facts.documents());
            let mut all: Vec<(DocumentId, Span)> =
                documents.flat_map(|(id, document)| document.unread.iter().map(move |span| (id, *span))).collect();
            all.sort_unstable();
            all
        })
    }

    /// The facts of `kind` that may be of these variants, by their values in `fields`.
    pub(super) fn partners(
        &self,
        facts: &'a Facts,
        kind: Kind,
        fields: Vec<FieldRef>,
        is: Variants,
    ) -> Arc<Partners<'a>> {
        let mut known = self.partners.lock().unwrap_or_else(PoisonError::into_inner);
        let likeness = (kind, fields, is);
        if let Some(partners) = known.get(&likeness) {
            return Arc::clone(partners);
        }
        let partners = Arc::new(partners(facts, &likeness));
        known.insert(likeness, Arc::clone(&partners));
        partners
    }
}

impl Script {
    /// The position of the statement at a byte, from 1; 0 before the first.
    fn statement(&self, at: u32) -> usize {
        self.statements.partition_point(|start| *start <= at)
    }
}

fn region(document: DocumentId, script: Option<&Script>, statement: usize, span: Span, in_body: bool) -> Region {
    let transaction = script.map_or(0, |script| script.ends.partition_point(|end| *end < span.start));
    Region { document, statement, transaction, in_body }
}

fn scripts(facts: &Facts) -> Vec<Script> {
    let mut scripts: Vec<Script> = facts.documents().iter().map(|_| Script::default()).collect();
    for id in facts.of_kind(Kind::Statement) {
        let fact = facts.fact(*id);
        if let Some(script) = scripts.get_mut(fact.document.0 as usize) {
            script.statements.push(fact.anchor.start);
        }
    }
    for script in &mut scripts {
        script.statements.sort_unstable();
    }
    for id in facts.of_kind(Kind::Operation) {
        if facts.get(*id, Field::Stands).text() != Some("top-level") {
            continue;
        }
        let fact = facts.fact(*id);
        let Some(script) = scripts.get_mut(fact.document.0 as usize) else { continue };
        match facts.get(*id, Field::Is).text() {
            Some("begin" | "commit" | "rollback") => script.ends.push(fact.anchor.start),
            Some("create_function" | "create_procedure") => {
                script.routines.insert(script.statement(fact.anchor.start));
            }
            _ => {}
        }
    }
    for script in &mut scripts {
        script.ends.sort_unstable();
    }
    scripts
}

/// The facts of some lists as one list, each once, in order.
fn in_order<'l>(facts: &Facts, lists: impl Iterator<Item = &'l Vec<FactId>>) -> Vec<FactId> {
    let mut marks = vec![0_u64; facts.len().div_ceil(64)];
    let mut count = 0;
    for list in lists {
        count += list.len();
        for FactId(id) in list {
            if let Some(mark) = marks.get_mut(*id as usize / 64) {
                *mark |= 1 << (id % 64);
            }
        }
    }
    let mut ids = Vec::with_capacity(count);
    for (mut mark, first) in marks.into_iter().zip((0_u32..).step_by(64)) {
        while mark != 0 {
            ids.push(FactId(first + mark.trailing_zeros()));
            mark &= mark - 1;
        }
    }
    ids
}

fn by_variant(facts: &Facts) -> HashMap<(Kind, &'static str), Vec<FactId>> {
    let mut table: HashMap<(Kind, &'static str), Vec<FactId>> = HashMap::new();
    let with_variants = KINDS.iter().filter(|def| !def.variants.is_empty());
    for id in with_variants.flat_map(|def| facts.of_kind(def.kind)).copied() {
        let fact = facts.fact(id);
        let variant = match fact.own(Field::Is) {
            Some(State::Stated(Value::Word(is), _)) => is,
            _ => UNKNOWN,
        };
        table.entry((fact.kind, variant)).or_default().push(id);
    }
    table
}

fn by_name(facts: &Facts) -> foldhash::HashMap<Option<&str>, Vec<FactId>> {
    let mut table: foldhash::HashMap<Option<&str>, Vec<FactId>> = foldhash::HashMap::default();
    for id in facts.of_kind(Kind::Variable) {
        table.entry(facts.get(*id, Field::Name).text()).or_default().push(*id);
    }
    table
}

fn partners<'a>(facts: &'a Facts, (kind, fields, is): &Likeness) -> Partners<'a> {
    let may_be = |id: &&FactId| match (is, facts.fact(**id).own(Field::Is)) {
        (Some(variants), Some(State::Stated(Value::Word(is), _))) => variants.contains(is),
        _ => true,
    };
    let mut ids: Vec<FactId> = facts.of_kind(*kind).iter().filter(may_be).copied().collect();
    ids.sort_by_key(|id| (facts.fact(*id).document, facts.fact(*id).anchor.start, *id));
    let mut partners = Partners::default();
    for id in ids {
        let states = || fields.iter().map(|field| facts.get(id, *field));
        if states().any(|state| matches!(state, State::Absent(_))) {
            continue;
        }
        let values: Option<Vec<&Value>> = states().map(State::value).collect();
        match values {
            Some(values) => partners.known.entry(values).or_default().push(id),
            None => partners.unknown.push(id),
        }
        partners.any.push(id);
    }
    partners
}
