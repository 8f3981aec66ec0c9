//! `oddity`: something about how a line of an env file is written.

use super::variable_name;
use crate::fact::{Field, FieldRef, Kind, KindDef, VariantDef};

const fn v(name: &'static str, doc: &'static str) -> VariantDef {
    VariantDef { name, doc, fields: &[] }
}

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Oddity,
    name: "oddity",
    doc: "Something odd about how a line of an env file is written, whatever its loader makes of it.",
    parent: Some(Kind::Variable),
    variants: &[
        v("leading-character", "the line begins with a blank, a digit or a sign"),
        v("delimiter", "the name has a character that is no letter, digit or `_`"),
        v("lowercase", "the name has small letters"),
        v("duplicate", "a line above gives the same name a value"),
        v("out-of-order", "the name comes before the one above it in the alphabet; an empty line begins a new order"),
        v("no-equals-sign", "the line is a name and nothing else"),
        v("blanks-around-equals", "blanks stand before or behind the `=`"),
        v("needless-quotes", "the quotes hold nothing that needs them"),
        v("quote-inside", "a quote stands in a value that is in no quotes"),
        v("no-quotes", "a blank stands in a value that is in no quotes"),
        v("substitution", "a reference lacks one of its braces: `${NAME`, `$NAME}`"),
        v("trailing-blanks", "blanks stand at the end of the line"),
        v("extra-blank-line", "an empty line follows an empty line"),
        v("no-final-newline", "the last line has no line end"),
    ],
    fields: &[],
    subject: |facts, id| {
        let named = facts.get(id, FieldRef { of: Some(Kind::Variable), field: Field::Name }).text().is_some();
        if named {
            variable_name(facts, id, "") + &facts.whose(id)
        } else {
            format!("a line of {}", facts.document(id).path)
        }
    },
};
