//! The fields of operations.

use super::words;
use crate::fact::Field::{self, *};
use crate::fact::{FieldDef, Type};

const fn f(field: Field, ty: Type, words: &'static str, doc: &'static str) -> FieldDef {
    FieldDef::new(field, ty, words, doc)
}

/// A field that says whether these keywords are written.
const fn written(field: Field, has: &'static str, lacks: &'static str, words: &'static str) -> FieldDef {
    f(field, Type::Bool(has, lacks), words, "whether the keywords are written")
}

/// All of them.
pub(super) const FIELDS: &[FieldDef] = &[
    f(Stands, Type::Enum(words::STANDS), "place", "where it stands"),
    f(
        Guarded,
        Type::Enum(words::GUARDS),
        "guard",
        "whether it runs only under an existence check (IF NOT EXISTS (SELECT … FROM information_schema…)), and whether that tests the object it touches; or under a handler that lets no error through",
    ),
    f(
        Conditional,
        Type::Bool("runs under a condition", "runs in any case"),
        "condition",
        "whether an IF, a CASE, a loop or a handler of a body decides that it runs, which is no existence check; absent where nothing does",
    ),
    f(
        Target,
        Type::Enum(words::TARGETS),
        "target",
        "whether the object is there when the operation runs, by all migrations before it; absent in a function body",
    ),
    f(TargetTable, Type::Enum(words::TARGETS), "target of the table", "the same of the table that has the object, or of the type that has the label"),
    f(
        TargetReferenced,
        Type::Enum(words::TARGETS),
        "target of the foreign key",
        "the same of the table that a foreign key refers to",
    ),
    f(
        TargetColumns,
        Type::Enum(words::TARGETS),
        "target of the columns",
        "the same of the columns that it speaks of: those of an index, of a key on either side, of a trigger's UPDATE OF, and those that a condition asks; of the one that is not there, where one is not",
    ),
    f(
        Contents,
        Type::Enum(words::CONTENTS),
        "contents",
        "where a new table has columns from that are not written down; absent where all are",
    ),
    f(
        Parent,
        Type::Name,
        "parent",
        "schema and name of the table that a new one takes its columns from: LIKE, INHERITS, PARTITION OF",
    ),
    f(
        Unqualified,
        Type::Names,
        "names without a schema",
        "the schemas that names without one are looked for in, `.`, and those names; absent where that is `public` alone",
    )
    .hidden(),
    f(
        Types,
        Type::Names,
        "types",
        "every type that the signature of the routine speaks of, those of its results included",
    )
    .hidden(),
    f(
        OwnedBy,
        Type::Name,
        "column of the sequence",
        "schema, table and column that a sequence goes with: `public.orders.id`; empty for OWNED BY NONE",
    )
    .hidden(),
    f(Parents, Type::Names, "parents", "schema and name of every table that a new one inherits from").hidden(),
    f(
        Yields,
        Type::Names,
        "columns of the query",
        "the columns that a query gives a new table, in order, where all of them are known; `*` for those of its source",
    )
    .hidden(),
    f(
        Sources,
        Type::Names,
        "sources",
        "for each of them where its type comes from: `public.users.id`, or the type behind a `:`; empty where it is not known",
    )
    .hidden(),
    f(Reads, Type::Names, "tables", "schema and name of the tables that the view reads"),
    f(
        InTransaction,
        Type::Bool("runs inside BEGIN", "runs outside BEGIN"),
        "transaction",
        "whether the script itself has opened a transaction before it, with BEGIN; absent in a function body",
    ),
    f(
        LockTimeout,
        Type::Bool("has a lock_timeout", "has no lock_timeout"),
        "lock_timeout",
        "whether the script has set lock_timeout before it; absent in a function body",
    ),
    f(
        StatementTimeout,
        Type::Bool("has a statement_timeout", "has no statement_timeout"),
        "statement_timeout",
        "whether the script has set statement_timeout before it; absent in a function body",
    ),
    f(
        Lock,
        Type::Ordered(words::LOCKS),
        "lock",
        "the strongest lock it takes on its table; absent where it takes none when the migration runs",
    ),
    f(Schema, Type::Name, "schema", "the schema; `public` where none is written"),
    f(Table, Type::Name, "table", "schema and name: `public.accounts`"),
    f(Column, Type::Name, "column", "the column"),
    f(Name, Type::Name, "name", "the object's name, without its schema"),
    f(
        NewName,
        Type::Name,
        "new name",
        "the name it gets; the schema for `move_table` and ALTER EXTENSION … SET SCHEMA; the new label of an enum; the sequence of an identity column",
    ),
    f(Traits, Type::Names, "traits", "what it is besides its columns, of a constraint or an index (`deferrable`, `not valid`, `include note`, `column 2 desc`) or in general (`unlogged`, `with fillfactor=70`, `collate C`, `strict`, `disabled`); `no …` takes one away again; none where it is as by default"),
    f(Bound, Type::Secret, "bound", "FOR VALUES … or DEFAULT of a partition: comparable, never printed").hidden(),
    f(PartitionedBy, Type::Secret, "partition key", "PARTITION BY: comparable, never printed").hidden(),
    f(Parameters, Type::Secret, "parameters", "what stands in the brackets behind a routine's name, with names, modes and defaults: comparable, never printed").hidden(),
    f(Settings, Type::Secret, "settings", "the settings that the routine makes for itself besides search_path, one each: comparable, never printed").hidden(),
    f(NewSchema, Type::Name, "new schema", "the schema that SET SCHEMA moves a view, routine, type or sequence to"),
    f(
        Arguments,
        Type::Text,
        "arguments",
        "the types of the arguments: `integer,text`; how far they are known decides equality",
    ),
    f(
        ColumnType,
        Type::SqlType,
        "type",
        "the type as the server spells it, without its modifier: `character varying`, `bigint[]`; `serial` as written",
    ),
    f(Modifier, Type::Text, "modifier", "the type's modifier: `(10,2)`; absent where none is written"),
    f(
        Labels,
        Type::Names,
        "labels",
        "the labels of a new enum, in order; the label that gets another name; absent for any other type",
    ),
    f(Before, Type::Name, "next label", "the label that the new one of an enum stands before"),
    f(After, Type::Name, "label before", "the label that the new one of an enum stands behind"),
    f(
        FromType,
        Type::SqlType,
        "old type",
        "the type that the column had, where the same migration says it; unknown otherwise",
    ),
    f(Nullable, Type::Bool("may be null", "may not be null"), "nullability", "whether the column may be null"),
    f(
        Default,
        Type::Enum(words::DEFAULTS),
        "default",
        "when the default is worked out; unknown where it calls a function that PostgreSQL does not bring along",
    ),
    f(
        Definition,
        Type::Secret,
        "definition",
        "the expression of a default, a generated column or a check, the query of a view, the body of a routine, the rest of a trigger: comparable, never printed",
    )
    .hidden(),
    f(Generated, Type::Enum(words::GENERATED), "generated", "whether the column is worked out from others, and when"),
    f(Identity, Type::Enum(words::IDENTITIES), "identity", "whether the column numbers itself"),
    f(
        Rewrites,
        Type::Bool("rewrites the table", "leaves the rows as they are"),
        "rewrite",
        "whether every row is written anew; unknown where the old type is not known",
    ),
    f(Constraint, Type::Enum(words::CONSTRAINTS), "constraint", "the kind of constraint"),
    f(
        Columns,
        Type::Names,
        "columns",
        "the columns of a constraint, an index or a privilege, those of UPDATE OF of a trigger, or those that a view names in brackets, in order; an expression as it is written, without white space",
    ),
    f(
        Asks,
        Type::Names,
        "columns asked",
        "the columns of its own table that a condition or an expression asks outside of sub-queries, as far as its words leave no doubt",
    ),
    f(References, Type::Name, "referenced table", "schema and name of the table that a foreign key refers to"),
    f(
        ReferencedColumns,
        Type::Names,
        "referenced columns",
        "the columns of the other table that a foreign key refers to, in order; absent where none is written: its primary key",
    ),
    f(OnDelete, Type::Enum(words::ON_DELETE), "ON DELETE", "what happens to the rows when the other one is deleted"),
    written(NotValid, "has NOT VALID", "lacks NOT VALID", "NOT VALID"),
    f(UsingIndex, Type::Name, "index", "the index that the constraint takes over"),
    written(IfExists, "has IF EXISTS", "lacks IF EXISTS", "IF EXISTS"),
    written(
        TableIfExists,
        "has IF EXISTS of the table",
        "lacks IF EXISTS of the table",
        "IF EXISTS behind ALTER TABLE",
    ),
    written(IfNotExists, "has IF NOT EXISTS", "lacks IF NOT EXISTS", "IF NOT EXISTS"),
    written(OrReplace, "has OR REPLACE", "lacks OR REPLACE", "OR REPLACE"),
    written(Cascade, "cascades", "does not cascade", "CASCADE"),
    written(Concurrently, "runs CONCURRENTLY", "does not run CONCURRENTLY", "CONCURRENTLY"),
    written(Only, "is ONLY of the table", "is of the partitions, too", "ONLY"),
    written(Full, "runs FULL", "does not run FULL", "FULL"),
    written(Unique, "is unique", "is not unique", "UNIQUE"),
    f(Method, Type::Name, "method", "the index's access method: `btree`, `gin`"),
    f(Where, Type::Bool("has a WHERE", "has no WHERE"), "WHERE", "whether rows are chosen by a WHERE"),
    f(Predicate, Type::Secret, "predicate", "the condition of a partial index: comparable, never printed").hidden(),
    f(
        Origin,
        Type::Enum(words::ORIGINS),
        "origin",
        "whether the column, or the object, was made earlier in the same migration",
    ),
    f(
        OriginTable,
        Type::Enum(words::ORIGINS),
        "origin of the table",
        "whether the table was made earlier in the same migration",
    ),
    f(
        Command,
        Type::Enum(words::COMMANDS),
        "command",
        "what writes the column; which commands a policy of row level security rules",
    ),
    f(
        Undone,
        Type::Bool("is taken back later", "holds at the end"),
        "end",
        "whether nothing is left of what GRANT gives once every migration has run: it was taken back, or the object or the role was dropped; absent where something is left, or that is not known",
    ),
    f(ObjectKind, Type::Enum(words::OBJECTS), "object", "the kind of object; for GRANT, what the privilege is on"),
    f(Grantee, Type::Name, "grantee", "the role, in lower case; `public` for everybody"),
    f(Privilege, Type::Name, "privilege", "the privilege in lower case: `select`; `all` for ALL PRIVILEGES"),
    written(GrantOption, "has a grant option", "has no grant option", "WITH GRANT OPTION or WITH ADMIN OPTION"),
    f(Owner, Type::Name, "owner", "the role that owns it afterwards"),
    f(Login, Type::Bool("may log in", "may not log in"), "LOGIN", "whether the role may log in"),
    f(
        Superuser,
        Type::Bool("is a superuser", "is no superuser"),
        "SUPERUSER",
        "whether nothing is checked for the role",
    ),
    f(
        BypassRls,
        Type::Bool("passes by row level security", "is under row level security"),
        "BYPASSRLS",
        "whether row level security is not checked for the role",
    ),
    f(
        SecurityDefiner,
        Type::Bool("is SECURITY DEFINER", "is SECURITY INVOKER"),
        "SECURITY DEFINER",
        "whether it runs with its owner's rights",
    ),
    f(Language, Type::Name, "language", "the language of the routine, in lower case"),
    f(
        SearchPath,
        Type::Text,
        "search_path",
        "the search_path that the routine sets for itself: `public, pg_temp`; empty for ''; absent where it sets none",
    ),
    f(Volatility, Type::Enum(words::VOLATILITIES), "volatility", "what the routine is declared to depend on"),
    f(Returns, Type::SqlType, "result", "the type of the result; `table` and `setof …` as written, `trigger`"),
    f(
        SecurityInvoker,
        Type::Bool("has security_invoker", "lacks security_invoker"),
        "security_invoker",
        "whether the view reads with the rights of who asks",
    ),
    f(
        Permissive,
        Type::Bool("is permissive", "is restrictive"),
        "PERMISSIVE",
        "whether the policy opens rows; a restrictive one closes them",
    ),
    f(Roles, Type::Names, "roles", "the roles of the policy, in lower case; `public` for everybody; those of FOR ROLE of default privileges"),
    f(Using, Type::Enum(words::CONDITIONS), "USING", "which rows the policy lets be seen"),
    f(Check, Type::Enum(words::CONDITIONS), "WITH CHECK", "which rows the policy lets be written"),
    f(
        UsingDefinition,
        Type::Secret,
        "expression of USING",
        "the expression of USING: comparable, never printed",
    )
    .hidden(),
    f(
        CheckDefinition,
        Type::Secret,
        "expression of WITH CHECK",
        "the expression of WITH CHECK: comparable, never printed",
    )
    .hidden(),
    f(
        Calls,
        Type::Names,
        "functions",
        "the functions that the conditions of a policy call for each row: those outside of a sub-query; with their schema where one is written",
    ),
    f(
        Keys,
        Type::Names,
        "keys",
        "the keys of JSON values that the conditions of a policy read, with `->` and `->>`, in lower case",
    )
    .hidden(),
    f(Executes, Type::Name, "function", "schema and name of the function that the trigger runs"),
    f(Partition, Type::Name, "partition", "schema and name of the partition"),
    f(
        AllTables,
        Type::Bool("is for all tables", "is for some tables"),
        "FOR ALL TABLES",
        "whether every table is published",
    ),
    f(Action, Type::Enum(words::ACTIONS), "action", "what is changed"),
    f(Value, Type::Secret, "value", "the value of the setting: comparable, never printed").hidden(),
    written(Local, "is LOCAL", "is for the session", "LOCAL"),
];
