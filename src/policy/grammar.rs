//! The keys of every mapping of a policy file and a pack: one list, read by the loader and by the schema.

/// A key of a mapping.
pub struct Key {
    /// Its spelling.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it says.
    pub doc: &'static str,
}

const fn must(name: &'static str, doc: &'static str) -> Key {
    Key { name, required: true, doc }
}

const fn may(name: &'static str, doc: &'static str) -> Key {
    Key { name, required: false, doc }
}

/// The newest version of policy files that is understood.
pub const VERSION: i64 = 1;

/// A policy file.
pub const FILE: &[Key] = &[
    must("version", "the version of the policy language: 1"),
    may("policies", "policies by id"),
    may("types", "named judgements of one value, by name"),
];

/// pack.yaml.
pub const PACK: &[Key] = &[
    must("pack", "the name of the pack"),
    must("version", "the version of the pack: `1.0.0`"),
    may("title", "what the pack is about"),
    may("params", "typed parameters by name, which preflight.yaml may set"),
    may(
        "needs",
        "for a kind of fact: `required` (no document gives it: no verdict) or `optional` (its policies are listed as not judged)",
    ),
    may("directions", "file-name globs of migrations that go back, by direction: `revert`, `down`"),
    may(
        "driver",
        "who reads connection strings whose scheme says nothing, where preflight.yaml names no driver for the document",
    ),
    may("runner", "who runs migrations, where preflight.yaml names no runner for them"),
];

/// A parameter of a pack.
pub const PARAM: &[Key] = &[
    must("of", "what its values name: service, environment, schema, role, table or name"),
    must("default", "the list of its values"),
];

/// A policy.
pub const POLICY: &[Key] = &[
    must(
        "severity",
        "error, warning or info; or a mapping of environment patterns to one of these, with \"*\" for all others",
    ),
    must("why", "why it matters, in a sentence"),
    must("fix", "what to do about a finding, in a sentence"),
    may("see", "where the rule is written down: a section, or an http(s) address"),
    may(
        "says",
        "the predicate of its messages, in lower case: \"drops a column\"; needed by forbid, require, distinct and same",
    ),
    may("at", "the field that a finding points at, instead of the fact as a whole"),
    may("from", "the first day on which it is in force: YYYY-MM-DD"),
    may("until", "the last day on which it is in force: YYYY-MM-DD"),
    may(
        "waivable",
        "whether it may be waived, true where nothing is said; or what its waivers must be like: `{ require: [reason, until], max_days: 90 }`",
    ),
    may("also_known_as", "ids that it had before"),
    may("unless", "a list of selections; facts that are known to fit one are exempt"),
    may("forbid", "such facts must not be: `{ kind: selection, … }`"),
    may("expect", "such facts must be so: `{ kind: selection, to: selection }`"),
    may("require", "such facts must be: `{ kind: selection, each: { field: [values] } }`"),
    may(
        "distinct",
        "such facts must be unlike each other: `{ kind: selection, by: [fields], across: label, at_most: n }`",
    ),
    may("same", "such facts must be like each other: `{ kind: selection, field: field, within: [fields] }`"),
    may("matrix", "a table of variables by service"),
];

/// What waivers of a policy, or of a project, must be like.
pub const WAIVABLE: &[Key] = &[
    may("require", "what each must say: a list of reason, until, owner and ticket"),
    may("max_days", "how many days from today on each may hold at most; each must then say `until`"),
];

/// The rule shapes among the keys of [`POLICY`].
pub const SHAPES: &[&str] = &["forbid", "expect", "require", "distinct", "same", "matrix"];

/// Keys of `expect` besides the kind of fact.
pub const EXPECT: &[Key] = &[must("to", "how the selected facts must be")];

/// Keys of `require` besides the kind of fact.
pub const REQUIRE: &[Key] = &[may(
    "each",
    "for each of these values of a field one fact must be there; several fields make the product; where nothing is said, one is enough",
)];

/// Keys of `distinct` besides the kinds of fact.
pub const DISTINCT: &[Key] = &[
    must("by", "the fields that make two facts equal"),
    may("across", "equal facts must have one value of this field"),
    may("at_most", "how many there may be: 1 where nothing is said"),
];

/// Keys of `same` besides the kinds of fact.
pub const SAME: &[Key] = &[must("field", "the field that must agree"), must("within", "the fields that make a group")];

/// Keys of `matrix`.
pub const MATRIX: &[Key] = &[
    must("environments", "the environments that the table speaks of: a list, or a param"),
    must("services", "the columns: a list, or a param"),
    must("variables", "the rows: a variable with a cell for each service, or one cell for all"),
    may("values", "what a variable's value must be, in every cell that lets it be set"),
    may("because", "why, by variable: a sentence, or a mapping of service patterns to one"),
    may(
        "others",
        "what stands outside of the table: `{ variables: optional | forbidden, services: ignore | forbidden }`; or a severity of its own",
    ),
];

/// Keys of `others` of a matrix.
pub const OTHERS: &[Key] = &[
    may("variables", "variables that no row names: optional, forbidden, or the severity of such a finding"),
    may("services", "services that no column names: ignore, forbidden, or the severity of such a finding"),
];

/// Keys of a cell that is a mapping; exactly one.
pub const CELL: &[Key] =
    &[may("required", "must be set, and be this"), may("optional", "may be set, and is then this")];

/// Keys of a join besides the kind of fact.
pub const JOIN: &[Key] = &[
    may("sharing", "the fields in which both facts are equal and known"),
    may(
        "in",
        "how far away the other fact may stand: statement, transaction, document or history; document where nothing is said",
    ),
];

/// Keys of a value type besides the kind of fact.
pub const TYPE: &[Key] = &[
    may("says", "the predicate for messages: \"is a Supabase project URL\""),
    may("value", "a condition on the text of the value"),
    may("json_schema", "the path of a JSON Schema, relative to the pack, for variables that hold JSON"),
];

/// Keys of a selection besides the fields.
pub const SELECTION: &[Key] = &[
    may("not", "not all of these together"),
    may("any", "at least one of these selections"),
    may("preceded_by", "another fact stands before this one"),
    may("followed_by", "another fact stands behind this one"),
    may("beside", "another fact stands anywhere beside this one"),
];

/// The words of conditions.
pub const WORDS: &[Key] = &[
    may("not", "not this"),
    may("any", "at least one of these"),
    may("matches", "the whole text fits this regular expression"),
    may("at_least", "at least this number, or this word of an ordered enum"),
    may("at_most", "at most this number, or this word of an ordered enum"),
    may("set", "true: something is written; false: nothing is"),
    may("same_as", "equal to another field of the same fact"),
    may("is_a", "the value is of this type"),
    may("param", "one of the values of this parameter of the pack"),
    may("has", "for list fields: one of its items is so"),
];
