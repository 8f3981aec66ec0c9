//! What a policy is, once it has been loaded: every name resolved, every condition typed.

use super::adjust::Adjusted;
use super::matrix::Matrix;
use super::name::{Glob, Spellings};
pub use super::pack::{Need, Pack, Param, ParamOf};
use super::waivable::Demand;
use crate::fact::{FieldRef, Kind};
use crate::finding::{Advice, Severity};
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// All policies in force, with what they share.
#[derive(Debug, Default)]
pub struct PolicySet {
    /// The packs, in the order of the configuration.
    pub packs: Vec<Pack>,
    /// The policies of all packs, in the order of their files.
    pub policies: Vec<Policy>,
    /// The project's spellings of labels.
    pub spellings: Spellings,
    /// Policies of which the project says otherwise than their packs, those that it switches off included.
    pub adjusted: Vec<Adjusted>,
}

/// One rule.
#[derive(Debug)]
pub struct Policy {
    /// Its id, at the place where it is written.
    pub id: Spanned<String>,
    /// The pack it belongs to: its position in [`PolicySet::packs`].
    pub pack: usize,
    /// How bad its findings are.
    pub severity: Severities,
    /// What it says of itself.
    pub advice: Arc<Advice>,
    /// The predicate of its messages; may be empty for `expect`.
    pub says: String,
    /// The field that a finding points at, where it is not the kind's anchor.
    pub at: Option<FieldRef>,
    /// The first day on which it is in force, in days since 1970-01-01.
    pub from: Option<i64>,
    /// The last day on which it is in force, in days since 1970-01-01.
    pub until: Option<i64>,
    /// What a waiver of it must be like; none where it may not be waived.
    pub waivable: Option<Demand>,
    /// Ids that it had before.
    pub also_known_as: Vec<String>,
    /// What it asks.
    pub shape: Shape,
    /// Facts that are known to be exempt, by the kind each selection speaks of.
    pub unless: Vec<KindSelection>,
}

/// How bad a finding is, by environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severities {
    /// (environment pattern, severity), the first that fits.
    pub by_environment: Vec<(Glob, Severity)>,
    /// Where nothing fits, or the fact has no environment.
    pub otherwise: Severity,
}

impl Severities {
    /// The severity in an environment.
    pub fn of(&self, environment: Option<&str>) -> Severity {
        let fits = |environment: &str| self.by_environment.iter().find(|(glob, _)| glob.matches(environment));
        environment.and_then(fits).map_or(self.otherwise, |(_, severity)| *severity)
    }
}

/// What a policy asks. One file of `src/rule` a shape.
#[derive(Debug)]
pub enum Shape {
    /// Such facts must not be.
    Forbid(Vec<KindSelection>),
    /// Such facts must be so.
    Expect(Expect),
    /// Such facts must be.
    Require(Require),
    /// Such facts must be unlike each other.
    Distinct(Distinct),
    /// Such facts must be like each other.
    Same(Same),
    /// A table of variables by service.
    Matrix(Matrix),
}

/// A selection of facts of one kind.
#[derive(Clone, Debug)]
pub struct KindSelection {
    /// The kind, at the place where it is named.
    pub kind: Spanned<Kind>,
    /// Which of them.
    pub selection: Selection,
}

/// `expect`: facts that are selected must be as `to` says.
#[derive(Debug)]
pub struct Expect {
    /// Which facts.
    pub facts: KindSelection,
    /// How they must be.
    pub to: Selection,
}

/// `require`: facts that must be there.
#[derive(Debug)]
pub struct Require {
    /// Which facts.
    pub facts: KindSelection,
    /// For each of these values, or each product of them, one fact must be there.
    pub each: Vec<(FieldRef, Vec<Spanned<Glob>>)>,
}

/// `distinct`: facts that are equal in all of `by` must be one fact, or have one value of the label `across`.
#[derive(Debug)]
pub struct Distinct {
    /// Which facts.
    pub facts: Vec<KindSelection>,
    /// The fields that make two facts equal.
    pub by: Vec<Spanned<FieldRef>>,
    /// The label that may not differ among equal facts.
    pub across: Option<Spanned<FieldRef>>,
    /// How many there may be.
    pub at_most: usize,
}

/// `same`: facts that are equal in `within` must have one value of `field`.
#[derive(Debug)]
pub struct Same {
    /// Which facts.
    pub facts: Vec<KindSelection>,
    /// The field that must agree.
    pub field: Spanned<FieldRef>,
    /// The fields that make a group.
    pub within: Vec<Spanned<FieldRef>>,
}

/// Conditions on one fact, all of which must hold.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The conditions, in the order of the text.
    pub terms: Vec<Term>,
    /// Where the selection stands.
    pub span: Span,
}

/// One condition on a fact.
#[derive(Clone, Debug)]
pub enum Term {
    /// On a field.
    Field(FieldTerm),
    /// Not all of these together.
    Not(Selection),
    /// At least one of these.
    Any(Vec<Selection>, Span),
    /// On another fact.
    Join(Join),
}

/// A condition on a field.
#[derive(Clone, Debug)]
pub struct FieldTerm {
    /// The field.
    pub field: FieldRef,
    /// What is asked of it.
    pub condition: Condition,
    /// Key and condition together: what a finding shows as "required here".
    pub span: Span,
}

/// What is asked of a field, and where.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What.
    pub test: Test,
    /// Where.
    pub span: Span,
}

/// The words of conditions.
#[derive(Clone, Debug)]
pub enum Test {
    /// Equal to a literal; a name may be a pattern.
    Is(Literal),
    /// At least one of these.
    Any(Vec<Condition>),
    /// All of these.
    All(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// The whole text fits a regular expression.
    Matches(super::Pattern),
    /// At least this number, or this word of an ordered enum (by its position).
    AtLeast(i64),
    /// At most this number, or this word of an ordered enum (by its position).
    AtMost(i64),
    /// Whether something is written.
    Set(bool),
    /// Equal to another field of the same fact.
    SameAs(FieldRef),
    /// The value is of a named type.
    IsA(Arc<ValueType>),
    /// One item of a list is so.
    Has(Box<Condition>),
    /// One of the values of a parameter.
    Param(String, Vec<Literal>),
}

/// A literal of a policy, typed by the field it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Text, exactly.
    Text(String),
    /// A name or label, perhaps with `*`.
    Name(Glob),
    /// A word of an enum.
    Word(&'static str),
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(i64),
}

/// Another fact that stands before, behind or beside this one.
#[derive(Clone, Debug)]
pub struct Join {
    /// On which side it stands.
    pub side: Side,
    /// Which facts may be the other one.
    pub facts: Box<KindSelection>,
    /// The fields in which both are equal and known.
    pub sharing: Vec<Spanned<FieldRef>>,
    /// How far away it may stand.
    pub within: Within,
    /// Where the join stands.
    pub span: Span,
}

/// On which side a joined fact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before.
    PrecededBy,
    /// Behind.
    FollowedBy,
    /// Anywhere.
    Beside,
}

impl Side {
    /// Every side, with its spelling.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("preceded_by", Self::PrecededBy), ("followed_by", Self::FollowedBy), ("beside", Self::Beside)];

    /// The words for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::PrecededBy => "preceded by",
            Self::FollowedBy => "followed by",
            Self::Beside => "beside",
        }
    }
}

/// How far away a joined fact may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// In the same statement.
    Statement,
    /// In the same transaction: up to the next BEGIN, COMMIT or ROLLBACK of the file.
    Transaction,
    /// In the same document.
    Document,
    /// In any document, in the runner's order.
    History,
}

impl Within {
    /// Every distance, with its spelling.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("statement", Self::Statement),
        ("transaction", Self::Transaction),
        ("document", Self::Document),
        ("history", Self::History),
    ];
}

/// A named judgement of one value.
#[derive(Debug)]
pub struct ValueType {
    /// Its name.
    pub name: String,
    /// The predicate for messages: "is a Supabase project URL".
    pub says: String,
    /// What is judged.
    pub judge: Judge,
}

/// What a value type asks.
#[derive(Debug)]
pub enum Judge {
    /// The whole value is exactly one fact of this kind, and that is so.
    Fact(KindSelection),
    /// The text of the value is so.
    Value(Condition),
    /// The value is JSON of this schema.
    JsonSchema(Box<jsonschema::Validator>),
}
