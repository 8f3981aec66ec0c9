//! Facts: what documents say, one typed thing each, with its place. The vocabulary is one table; a policy can speak of
//! nothing else.

mod children;
mod document;
mod field;
pub(crate) mod kinds;
mod rare;
mod show;
pub mod sql_type;
mod value;
pub mod vocabulary;

pub use document::{Document, History};
pub use field::Field;
pub use show::ShownField;
pub use value::{Cause, State, Value};
pub use vocabulary::{COMMON, FieldDef, KINDS, Kind, KindDef, SCHEMA_KINDS, Type, VariantDef, Word};

use crate::source::{SourceId, Span};
use children::Children;
use rare::Rare;
use std::sync::{Arc, OnceLock};

/// A fact of a [`Facts`], by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub(crate) u32);

/// A document of a [`Facts`], by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub(crate) u32);

/// A field, or a field of what the fact stands in (`variable.name`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    /// The kind that owns the field, where it is not the fact's own.
    pub of: Option<Kind>,
    /// The field.
    pub field: Field,
}

impl FieldRef {
    /// Whether it is one of [`COMMON`], which most facts have from their document.
    pub(crate) fn is_common(self) -> bool {
        self.of.is_none() && is_common(self.field)
    }
}

impl From<Field> for FieldRef {
    fn from(field: Field) -> Self {
        Self { of: None, field }
    }
}

impl std::fmt::Display for FieldRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.of {
            Some(kind) => write!(f, "{}.{}", kind.def().name, self.field),
            None => write!(f, "{}", self.field),
        }
    }
}

/// One typed thing that a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub kind: Kind,
    /// What stands for it as a whole: the name of a variable, the tokens of an operation, the text of a connection.
    pub anchor: Span,
    /// What it stands in: the variable of a connection, the migration of an operation. While a document is parsed, the
    /// position in that document's own list.
    pub parent: Option<FactId>,
    /// Whether it is all that its parent's value holds: a value that *is* a URL, not one that mentions one.
    pub whole: bool,
    /// Whether no value of it may be shown: two readers would divide its text differently.
    pub hidden: bool,
    /// The document that says it; set when the facts of all documents are put together.
    pub document: DocumentId,
    /// Whether it gives a common field itself: asked of every fact, and answered without a look at its fields.
    own_labels: bool,
    /// What few facts have: most stay small, since there are many of them.
    rare: Option<Box<Rare>>,
    /// The names of the first fields once more: a field is found by them without a look at the others, which lie elsewhere.
    first: [Option<Field>; FIRST],
    fields: Vec<(Field, State)>,
}

/// So many names fill the room that alignment leaves in a fact.
const FIRST: usize = 4;

/// How many fields most facts of a kind have at most: there is room for them from the beginning.
fn usual(kind: Kind) -> usize {
    match kind {
        Kind::Operation => 12,
        Kind::Connection => 16,
        Kind::Credential => 8,
        Kind::Variable => 5,
        Kind::Url => 6,
        _ => 4,
    }
}

impl Fact {
    /// A fact with no field yet.
    pub fn new(kind: Kind, anchor: Span) -> Self {
        let (parent, rare, document) = (None, None, DocumentId(0));
        let fields = Vec::with_capacity(usual(kind));
        Self {
            kind,
            anchor,
            parent,
            whole: false,
            hidden: false,
            document,
            own_labels: false,
            rare,
            first: [None; FIRST],
            fields,
        }
    }

    /// A fact of a variant of its kind.
    pub fn variant(kind: Kind, is: &'static str, anchor: Span) -> Self {
        Self::new(kind, anchor).with(Field::Is, Value::Word(is), anchor)
    }

    /// A written field.
    #[must_use]
    pub fn with(self, field: Field, value: impl Into<Value>, span: Span) -> Self {
        self.with_state(field, State::Stated(value.into(), span))
    }

    /// A written enum field.
    #[must_use]
    pub fn with_word(self, field: Field, word: &'static str, span: Span) -> Self {
        self.with_state(field, State::Stated(Value::Word(word), span))
    }

    /// A yes or no: `true` at the span of what says so, `false` at the gap where it would stand.
    #[must_use]
    pub fn with_flag(self, field: Field, said: Option<Span>, gap: Span) -> Self {
        match said {
            Some(span) => self.with_state(field, State::Stated(Value::Bool(true), span)),
            None => self.with_state(field, State::Defaulted(Value::Bool(false), gap)),
        }
    }

    /// A field in any state.
    #[must_use]
    pub fn with_state(mut self, field: Field, state: State) -> Self {
        self.set(field, state);
        self
    }

    /// Sets or replaces a field.
    pub fn set(&mut self, field: Field, state: State) {
        self.own_labels |= is_common(field);
        if let Some((_, old)) = self.position(field).and_then(|at| self.fields.get_mut(at)) {
            *old = state;
            return;
        }
        if let Some(first) = self.first.get_mut(self.fields.len()) {
            *first = Some(field);
        }
        self.fields.push((field, state));
    }

    /// Where a field stands among its own.
    fn position(&self, field: Field) -> Option<usize> {
        let first = self.first.iter().position(|known| *known == Some(field));
        let rest = || self.fields.get(FIRST..)?.iter().position(|(known, _)| *known == field);
        first.or_else(|| Some(FIRST + rest()?))
    }

    /// The same, standing in `parent` (a position in the document's own list of facts).
    #[must_use]
    pub fn standing_in(mut self, parent: usize) -> Self {
        self.parent = Some(FactId(parent as u32));
        self
    }

    /// A field that the fact itself gives.
    pub fn own(&self, field: Field) -> Option<&State> {
        self.fields.get(self.position(field)?).map(|(_, state)| state)
    }

    /// Whether it gives a field of [`COMMON`] itself, over what its document says.
    pub fn has_own_labels(&self) -> bool {
        self.own_labels
    }

    /// All fields that the fact itself gives.
    pub fn fields(&self) -> &[(Field, State)] {
        &self.fields
    }
}

/// Every fact of a project, and the documents that say them.
#[derive(Default)]
pub struct Facts {
    documents: Vec<Document>,
    facts: Vec<Fact>,
    by_kind: Vec<Vec<FactId>>,
    /// Those of each kind that give a common field themselves, over what their document says.
    with_own_labels: Vec<Vec<FactId>>,
    /// The facts of each document: first, and one past the last.
    ranges: Vec<(u32, u32)>,
    /// What stands in each fact; worked out when it is first asked for.
    children: OnceLock<Children>,
    /// Whether migrations are compared with a base.
    compared: bool,
}

/// Whether a field is one of [`COMMON`].
fn is_common(field: Field) -> bool {
    matches!(field, Field::Service | Field::Environment | Field::Document | Field::Path | Field::Git)
}

static ABSENT: State = State::Absent(None);

impl Facts {
    /// No facts.
    pub fn new() -> Self {
        let of_each_kind = vec![Vec::new(); KINDS.len()];
        Self { by_kind: of_each_kind.clone(), with_own_labels: of_each_kind, ..Self::default() }
    }

    /// Makes room for so many documents more, with so many facts.
    pub fn reserve(&mut self, documents: usize, facts: usize) {
        self.documents.reserve(documents);
        self.ranges.reserve(documents);
        self.facts.reserve(facts);
    }

    /// Says that migrations are compared with a base.
    pub fn compare(&mut self) {
        self.compared = true;
    }

    /// Whether migrations are compared with a base, so that facts say what became of them.
    pub fn is_compared(&self) -> bool {
        self.compared
    }

    /// Takes in a document and what it says; parents are positions in `facts`.
    pub fn add(&mut self, document: Document, facts: Vec<Fact>) -> DocumentId {
        let id = DocumentId(self.documents.len() as u32);
        self.documents.push(document);
        let base = self.facts.len() as u32;
        for mut fact in facts {
            fact.document = id;
            fact.parent = fact.parent.map(|parent| FactId(parent.0 + base));
            self.push(fact);
        }
        self.ranges.push((base, self.facts.len() as u32));
        id
    }

    /// Says of every document of a text what git does with it: a word of the vocabulary, or why that is not known.
    pub fn set_git(&mut self, source: SourceId, word: Result<&'static str, Arc<Cause>>) {
        let start = Span::point(source, 0);
        for document in self.documents.iter_mut().filter(|document| document.source == source) {
            document.git = match &word {
                Ok(word) => State::Stated(Value::Word(word), start),
                Err(cause) => State::Unknown(start, Arc::clone(cause)),
            };
        }
    }

    /// Takes in a fact that several documents say together (the end state of a table); its parent is final.
    pub fn push(&mut self, fact: Fact) -> FactId {
        let id = FactId(self.facts.len() as u32);
        self.by_kind[fact.kind as usize].push(id);
        if fact.own_labels {
            self.with_own_labels[fact.kind as usize].push(id);
        }
        self.children.take();
        self.facts.push(fact);
        id
    }

    /// Says more of a fact that is in already: what only all documents together tell.
    pub fn complete(&mut self, id: FactId, field: Field, state: State) {
        if let Some(fact) = self.facts.get_mut(id.0 as usize) {
            fact.set(field, state);
        }
    }

    /// Adds a place that says why a field of a fact is as it is, with a few words.
    pub fn explain(&mut self, id: FactId, field: Field, span: Span, words: String) {
        if let Some(fact) = self.facts.get_mut(id.0 as usize) {
            fact.explain(field, span, words);
        }
    }

    /// One fact.
    pub fn fact(&self, id: FactId) -> &Fact {
        &self.facts[id.0 as usize]
    }

    /// Every fact, in the order of documents and places.
    pub fn all(&self) -> impl Iterator<Item = FactId> {
        (0..self.facts.len() as u32).map(FactId)
    }

    /// Every fact of a kind, in order.
    pub fn of_kind(&self, kind: Kind) -> &[FactId] {
        &self.by_kind[kind as usize]
    }

    /// The facts of a kind that give a common field themselves, in order: the others have those of their document.
    pub fn with_own_labels(&self, kind: Kind) -> &[FactId] {
        &self.with_own_labels[kind as usize]
    }

    /// Every fact that a document says by itself, in order.
    pub fn in_document(&self, id: DocumentId) -> impl Iterator<Item = FactId> {
        let (first, end) = self.ranges.get(id.0 as usize).copied().unwrap_or_default();
        (first..end).map(FactId)
    }

    /// What stands in a fact.
    pub fn children(&self, id: FactId) -> &[FactId] {
        self.children.get_or_init(|| Children::new(&self.facts)).of(id)
    }

    /// The documents, in order.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The document of a fact.
    pub fn document(&self, id: FactId) -> &Document {
        &self.documents[self.fact(id).document.0 as usize]
    }

    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// A field of a fact: its own, that of what it stands in, or the document's.
    pub fn get(&self, id: FactId, field: impl Into<FieldRef>) -> &State {
        let field = field.into();
        let fact = self.fact(id);
        match field.of {
            None => {
                let document = || self.document(id).field(field.field);
                let own = match is_common(field.field) && !fact.own_labels {
                    true => document(),
                    false => fact.own(field.field).or_else(document),
                };
                own.or(fact.opaque_state()).unwrap_or(&ABSENT)
            }
            Some(kind) => match fact.parent {
                Some(parent) if self.fact(parent).kind == kind => self.get(parent, field.field),
                _ => &ABSENT,
            },
        }
    }

    /// Names a fact in a message: "DATABASE_URL of dragonfly-api in prod".
    pub fn subject(&self, id: FactId) -> String {
        (self.fact(id).kind.def().subject)(self, id)
    }

    /// `" of api in prod"`, as far as service and environment are known.
    pub fn whose(&self, id: FactId) -> String {
        let service = self.get(id, Field::Service).text();
        let environment = self.get(id, Field::Environment).text();
        let parts = [service.map(|service| [" of ", service]), environment.map(|environment| [" in ", environment])];
        parts.into_iter().flatten().flatten().collect()
    }
}
