//! Names without a schema, where the search path is another one than `public`: what is made without one is made in the first
//! schema of the path that is there, and anything else is looked for in all of them, in order. PostgreSQL's manual, "The
//! Schema Search Path".

use super::{Op, Replay};
use crate::fact::{Field, State, Value};
use crate::replay::database::Name;
use crate::replay::names::{LONGEST, clipped};
use std::sync::Arc;

/// Operations that make what their name says.
const MAKES: &[&str] = &[
    "create_table",
    "create_foreign_table",
    "create_column",
    "create_constraint",
    "like_table",
    "create_view",
    "create_materialized_view",
    "create_sequence",
    "create_type",
    "create_function",
    "create_procedure",
    "create_other",
];

/// Where a name is looked for.
#[derive(Clone, Copy)]
enum Catalogue {
    Relations,
    Indexes,
    Routines,
    Types,
}

impl Op<'_> {
    /// The schemas that names without one are looked for in, and those names; none where that is `public` alone.
    pub fn path(&self) -> Option<(Vec<Name>, Vec<Name>)> {
        let said = self.names(Field::Unqualified)?;
        let dot = said.iter().position(|word| **word == *".")?;
        let (schemas, names) = said.split_at(dot);
        Some((schemas.to_vec(), names.get(1..).unwrap_or_default().to_vec()))
    }
}

impl Replay {
    /// Says which objects an operation means by names without a schema.
    pub fn resolve(&self, op: &mut Op<'_>) {
        op.given = cut(op);
        let Some((schemas, names)) = op.path() else { return };
        let (makes, catalogue) = (MAKES.contains(&op.is), catalogue(op));
        let mut given = op.given.clone();
        let full = |said: &str, catalogue: Catalogue, makes: bool| {
            let (schema, name) = said.split_once('.')?;
            let loose = schemas.iter().any(|own| **own == *schema) && names.iter().any(|own| **own == *name);
            loose.then(|| format!("{}.{name}", self.schema_for(&schemas, name, catalogue, makes)))
        };
        for (field, catalogue, makes) in [
            (Field::Table, Catalogue::Relations, makes),
            (Field::Parent, Catalogue::Relations, false),
            (Field::References, Catalogue::Relations, false),
            (Field::Partition, Catalogue::Relations, false),
            (Field::Executes, Catalogue::Routines, false),
        ] {
            let State::Stated(Value::Text(said), span) = op.state(field) else { continue };
            let Some(resolved) = full(said, catalogue, makes) else { continue };
            if field == Field::Table {
                let schema = crate::replay::database::schema_of(&resolved);
                given.push((Field::Schema, State::Defaulted(schema.into(), span.before())));
            }
            given.push((field, State::Stated(resolved.into(), *span)));
        }
        for field in [Field::Parents, Field::Reads] {
            let State::Stated(Value::List(items), span) = op.state(field) else { continue };
            let item = |item: &Value| match item {
                Value::Text(said) => full(said, Catalogue::Relations, false).map_or_else(|| item.clone(), Value::from),
                _ => item.clone(),
            };
            given.push((field, State::Stated(Value::List(items.iter().map(item).collect()), *span)));
        }
        if let (State::Defaulted(Value::Text(_), span), Some(name), State::Absent(_)) =
            (op.state(Field::Schema), op.name(Field::Name), op.state(Field::Table))
        {
            let schema = self.schema_for(&schemas, &name, catalogue, makes);
            given.push((Field::Schema, State::Defaulted(Value::Text(schema), *span)));
        }
        self.resolve_types(op, &schemas, &mut given);
        // what the path says counts before what is only cut
        given.reverse();
        op.given = given;
    }

    /// The schema that a name without one means.
    fn schema_for(&self, schemas: &[Name], name: &str, catalogue: Catalogue, makes: bool) -> Name {
        let there = |full: &str| match catalogue {
            Catalogue::Relations => (self.db.relations.has(full), self.db.relations.gone(full).is_some()),
            Catalogue::Indexes => (self.db.indexes.has(full), self.db.indexes.gone(full).is_some()),
            Catalogue::Types => (self.db.types.has(full), self.db.types.gone(full).is_some()),
            Catalogue::Routines => (!self.routines(full, None).is_empty(), false),
        };
        if !makes {
            let all: Vec<(&Name, (bool, bool))> =
                schemas.iter().map(|schema| (schema, there(&format!("{schema}.{name}")))).collect();
            let found = all.iter().find(|(_, (there, _))| *there).or_else(|| all.iter().find(|(_, (_, gone))| *gone));
            if let Some((schema, _)) = found {
                return Arc::clone(schema);
            }
        }
        // one that no migration makes may be there all the same
        let exists = |schema: &&Name| self.db.schemas.gone(schema).is_none();
        schemas.iter().find(exists).or(schemas.first()).map_or_else(|| "public".into(), Arc::clone)
    }

    /// Types of columns, arguments and results: the server prints their schema, unless it is `public`.
    fn resolve_types(&self, op: &Op<'_>, schemas: &[Name], given: &mut Vec<(Field, State)>) {
        let own = |written: &str| {
            let base = written.strip_prefix("setof ").unwrap_or(written).trim_end_matches("[]");
            if base.contains('.') || base.is_empty() {
                return None;
            }
            let base = base.trim_matches('"');
            let is_type = |full: &str| self.db.types.has(full) || self.db.relations.has(full);
            let full = schemas.iter().map(|schema| format!("{schema}.{base}")).find(|full| is_type(full))?;
            Some(written.replace(base, &super::columns::printed(&full)))
        };
        for field in [Field::ColumnType, Field::Returns, Field::Arguments] {
            let State::Stated(value, span) = op.state(field) else { continue };
            let Value::Text(written) = value else { continue };
            let parts: Vec<String> =
                written.split(',').map(|part| own(part).unwrap_or_else(|| part.to_owned())).collect();
            let resolved = parts.join(",");
            if resolved != **written {
                given.push((field, State::Stated(resolved.into(), *span)));
            }
        }
        let State::Stated(Value::List(types), span) = op.state(Field::Types) else { return };
        let resolved = types.iter().map(|ty| match ty {
            Value::Text(written) => own(written).map_or_else(|| ty.clone(), Value::from),
            _ => ty.clone(),
        });
        given.push((Field::Types, State::Stated(Value::List(resolved.collect()), *span)));
    }
}

/// Fields that hold names, with their schema or without.
const NAMES: &[Field] = &[
    Field::Schema,
    Field::Table,
    Field::Column,
    Field::Name,
    Field::NewName,
    Field::NewSchema,
    Field::References,
    Field::Parent,
    Field::Partition,
    Field::UsingIndex,
    Field::Columns,
    Field::ReferencedColumns,
    Field::Executes,
];

/// Names that are longer than what the server takes of them, as it takes them.
fn cut(op: &Op<'_>) -> Vec<(Field, State)> {
    let own = op.facts.fact(op.id).fields().iter().filter(|(field, _)| NAMES.contains(field));
    own.filter_map(|(field, state)| match state {
        State::Stated(Value::Text(name), span) if name.len() > LONGEST => {
            Some((*field, State::Stated(cut_name(name).into(), *span)))
        }
        State::Stated(Value::List(names), span) => {
            let long = |name: &Value| matches!(name, Value::Text(name) if name.len() > LONGEST && !name.contains('('));
            let cut_one = |name: &Value| match name {
                Value::Text(text) if long(name) => Value::from(cut_name(text)),
                _ => name.clone(),
            };
            let any = names.iter().any(long);
            any.then(|| (*field, State::Stated(Value::List(names.iter().map(cut_one).collect()), *span)))
        }
        _ => None,
    })
    .collect()
}

/// Each part of a name as far as it counts.
fn cut_name(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').map(|part| clipped(part, LONGEST)).collect();
    parts.join(".")
}

fn catalogue(op: &Op<'_>) -> Catalogue {
    let is = op.is;
    match op.word(Field::ObjectKind) {
        Some("function" | "procedure") => return Catalogue::Routines,
        Some("type" | "domain") => return Catalogue::Types,
        _ => {}
    }
    match is {
        _ if is.ends_with("_function") || is.ends_with("_procedure") || is == "call" => Catalogue::Routines,
        "drop_index" | "alter_index" | "reindex" => Catalogue::Indexes,
        _ if is.ends_with("_type") || is.ends_with("_enum_value") || is == "drop_attribute" => Catalogue::Types,
        _ => Catalogue::Relations,
    }
}
