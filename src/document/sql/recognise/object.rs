//! The kinds of objects that CREATE, ALTER and DROP know, one row each.

use super::Recogniser;

/// A kind of object.
pub(super) struct Object {
    /// Its keywords.
    pub words: &'static [&'static str],
    /// Its word in the vocabulary.
    pub kind: &'static str,
    /// What CREATE, ALTER and DROP of it are.
    pub create: &'static str,
    /// See `create`.
    pub alter: &'static str,
    /// See `create`.
    pub drop: &'static str,
    /// How its name is written.
    pub named: Named,
}

/// How the name of an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// With a schema, or in the first one of the search path.
    InSchema,
    /// Without a schema.
    Plain,
    /// As the name of a table.
    Table,
    /// With a form of its own behind it: the types of arguments, FOR …, USING ….
    Signed,
}

use Named::{InSchema, Plain, Signed, Table};

/// A kind with operations of its own.
const fn own(
    words: &'static [&'static str],
    kind: &'static str,
    [create, alter, drop]: [&'static str; 3],
    named: Named,
) -> Object {
    Object { words, kind, create, alter, drop, named }
}

/// A kind without.
const fn other(words: &'static [&'static str], kind: &'static str, named: Named) -> Object {
    own(words, kind, ["create_other", "alter_other", "drop_other"], named)
}

const EVENT_TRIGGER: [&str; 3] = ["create_event_trigger", "alter_event_trigger", "drop_event_trigger"];
const PUBLICATION: [&str; 3] = ["create_publication", "alter_publication", "drop_publication"];
const SUBSCRIPTION: [&str; 3] = ["create_subscription", "alter_subscription", "drop_subscription"];
const FUNCTION: [&str; 3] = ["create_function", "alter_function", "drop_function"];
const PROCEDURE: [&str; 3] = ["create_procedure", "alter_procedure", "drop_procedure"];
const VIEW: [&str; 3] = ["create_view", "alter_view", "drop_view"];
const TYPE: [&str; 3] = ["create_type", "alter_type", "drop_type"];

/// All of them; those with more keywords before those that begin alike.
#[rustfmt::skip]
pub(super) const OBJECTS: &[Object] = &[
    own(&["table"], "table", ["create_table", "alter_table", "drop_table"], Table),
    own(&["foreign", "table"], "foreign-table", ["create_foreign_table", "alter_table", "drop_foreign_table"], Table),
    own(&["index"], "index", ["create_index", "alter_index", "drop_index"], InSchema),
    own(&["view"], "view", VIEW, InSchema),
    own(&["materialized", "view"], "materialized-view", ["create_materialized_view", "alter_view", "drop_view"], InSchema),
    own(&["sequence"], "sequence", ["create_sequence", "alter_sequence", "drop_sequence"], InSchema),
    own(&["type"], "type", TYPE, InSchema),
    own(&["domain"], "domain", TYPE, InSchema),
    own(&["schema"], "schema", ["create_schema", "alter_schema", "drop_schema"], Plain),
    own(&["extension"], "extension", ["create_extension", "alter_extension", "drop_extension"], Plain),
    own(&["function"], "function", FUNCTION, Signed),
    own(&["routine"], "function", FUNCTION, Signed),
    own(&["procedure"], "procedure", PROCEDURE, Signed),
    own(&["event", "trigger"], "event-trigger", EVENT_TRIGGER, Plain),
    own(&["publication"], "publication", PUBLICATION, Plain),
    own(&["subscription"], "subscription", SUBSCRIPTION, Plain),
    own(&["role"], "role", ["create_role", "alter_role", "drop_role"], Plain),
    own(&["group"], "role", ["create_role", "alter_role", "drop_role"], Plain),
    own(&["database"], "database", ["create_database", "alter_database", "drop_database"], Plain),
    own(&["system"], "system", ["create_other", "alter_system", "drop_other"], Plain),
    other(&["access", "method"], "access-method", Plain),
    other(&["aggregate"], "aggregate", Signed),
    other(&["cast"], "cast", Signed),
    other(&["collation"], "collation", InSchema),
    other(&["conversion"], "conversion", InSchema),
    other(&["default", "conversion"], "conversion", InSchema),
    other(&["foreign", "data", "wrapper"], "foreign-data-wrapper", Plain),
    other(&["language"], "language", Plain),
    other(&["trusted", "language"], "language", Plain),
    other(&["procedural", "language"], "language", Plain),
    other(&["trusted", "procedural", "language"], "language", Plain),
    other(&["large", "object"], "large-object", Plain),
    other(&["user", "mapping", "for"], "user-mapping", Plain),
    other(&["user", "mapping", "if", "exists", "for"], "user-mapping", Plain),
    other(&["user", "mapping", "if", "not", "exists", "for"], "user-mapping", Plain),
    other(&["operator", "class"], "operator-class", Signed),
    other(&["operator", "family"], "operator-family", Signed),
    other(&["operator"], "operator", Signed),
    other(&["server"], "foreign-server", Plain),
    other(&["statistics"], "statistics", InSchema),
    other(&["tablespace"], "tablespace", Plain),
    other(&["text", "search", "configuration"], "text-search", InSchema),
    other(&["text", "search", "dictionary"], "text-search", InSchema),
    other(&["text", "search", "parser"], "text-search", InSchema),
    other(&["text", "search", "template"], "text-search", InSchema),
    other(&["transform", "for"], "transform", Signed),
];

impl Recogniser<'_> {
    /// Moves behind the keywords of an object, and says which it is.
    pub(super) fn take_object(&mut self) -> Option<&'static Object> {
        OBJECTS.iter().find(|object| self.c.take_all(object.words).is_some())
    }
}
