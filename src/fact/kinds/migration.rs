//! `migration`: a migration file.

use crate::document::sql::runner;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type, Word};

/// Which way a migration goes.
pub const DIRECTIONS: &[Word] =
    &[Word::new("up", "a step forward"), Word::new("down", "a step back"), Word::new("revert", "a revert")];

/// What became of a migration since the base that it is compared with.
pub const CHANGES: &[Word] = &[
    Word::new("added", "new"),
    Word::new("modified", "edited"),
    Word::new("deleted", "deleted"),
    Word::new("renamed", "renamed"),
    Word::new("unchanged", "as it was"),
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Migration,
    name: "migration",
    doc: "A migration file.",
    parent: None,
    variants: &[],
    fields: &[
        FieldDef::new(
            Field::Runner,
            Type::Enum(&runner::WORDS),
            "runner",
            "whose rules of names are followed: the `runner:` of the document's entry, else that of a pack, else `plain`",
        ),
        FieldDef::new(Field::Folder, Type::Name, "folder", "the folder that its runner looks into"),
        FieldDef::new(
            Field::Version,
            Type::Text,
            "version",
            "the version as the runner compares it, mostly the digits that the name begins with",
        ),
        FieldDef::new(Field::Name, Type::Name, "name", "the rest of the name, without `.sql`"),
        FieldDef::new(
            Field::Direction,
            Type::Enum(DIRECTIONS),
            "direction",
            "`down` where the runner takes it for a step back; `revert`, and with the runner `plain` `down`, where its name matches a pattern under `directions:` of a pack or of preflight.yaml; else `up`",
        ),
        FieldDef::new(Field::Runs, Type::Bool("is run", "never runs"), "run", "whether the runner takes it at all"),
        FieldDef::new(
            Field::Skipped,
            Type::Enum(runner::SKIPPED),
            "reason why it never runs",
            "why the runner passes it by, or stops at it; absent where it runs",
        ),
        FieldDef::new(
            Field::HasDown,
            Type::Bool("has a file that goes back", "has no file that goes back"),
            "file that goes back",
            "whether a file that goes back stands beside a step forward; absent where the runner knows none",
        ),
        FieldDef::new(
            Field::HasUp,
            Type::Bool("takes back a step forward", "takes back no step forward"),
            "step forward that it takes back",
            "whether a step forward of its version is there; absent of what goes forward, and where the runner knows no versions",
        ),
        FieldDef::new(
            Field::SortsAsCounted,
            Type::Bool("sorts as it counts", "sorts otherwise than it counts"),
            "place in the order",
            "whether every migration that runs before it has a smaller number; absent where its version is no number",
        ),
        FieldDef::new(
            Field::DaysOld,
            Type::Number,
            "age in days",
            "whole days from the date in its version to today, in UTC; absent where the version names no date",
        ),
        FieldDef::new(
            Field::Change,
            Type::Enum(CHANGES),
            "change",
            "what became of it since the base; worked out where a base is known: `--base`, `--changed`, `--staged`, or in CI",
        ),
        FieldDef::new(
            Field::SortsBeforeBase,
            Type::Bool("sorts before one of the base", "sorts behind all of the base"),
            "place before the base",
            "whether a new migration runs before one that the base has already",
        ),
        FieldDef::new(
            Field::Restored,
            Type::Bool("was there once", "is new to the base"),
            "earlier life",
            "whether the base once had a migration of the version of this new one, and deleted it",
        ),
    ],
    subject: |facts, id| facts.document(id).path.clone(),
};
