//! One fact of the end state, field by field.

use super::read::Reader;
use super::{Column, Constraint, Definition, ForeignKey, Index, Table, Trigger, Type, one_line};
use crate::document::sql::described;
use crate::fact::{Field, Kind, State, Value};
use crate::replay::names::chosen;
use crate::source::Secret;
use std::collections::BTreeMap;

impl Reader<'_> {
    /// Something that a table has.
    pub(super) fn of_table(&mut self, table: &mut Table, name: String) {
        match self.fact.kind {
            Kind::Column => _ = table.columns.insert(name, self.column()),
            Kind::Index => {
                let predicate = self.definition(Field::Predicate);
                let index = Index {
                    columns: self.names(Field::Columns).unwrap_or_default(),
                    method: self.text(Field::Method).unwrap_or_else(|| "btree".into()),
                    unique: self.flag(Field::Unique).unwrap_or(false),
                    partial: predicate.is_some(),
                    predicate,
                    of_constraint: self.flag(Field::OfConstraint).unwrap_or(false),
                    traits: self.names(Field::Traits),
                };
                table.indexes.insert(name, index);
            }
            Kind::ForeignKey => {
                let key = ForeignKey {
                    columns: self.names(Field::Columns).unwrap_or_default(),
                    references: self.text(Field::References),
                    referenced: self.names(Field::ReferencedColumns).unwrap_or_default(),
                    on_delete: self.text(Field::OnDelete),
                    traits: self.names(Field::Traits),
                };
                table.foreign_keys.insert(name, key);
            }
            Kind::Constraint => {
                let constraint = Constraint {
                    kind: self.text(Field::Constraint).unwrap_or_default(),
                    columns: self.names(Field::Columns).unwrap_or_default(),
                    check: self.definition(Field::Definition),
                    traits: self.names(Field::Traits),
                };
                table.constraints.insert(name, constraint);
            }
            Kind::Trigger => {
                let executes = self.text(Field::Executes);
                let definition = self.definition(Field::Definition).unwrap_or_default();
                let fires = self.names(Field::Traits).and_then(|words| words.into_iter().next());
                table.triggers.insert(name, Trigger { executes, definition, fires });
            }
            Kind::RlsPolicy => {
                let policy = table.policies.entry(name).or_default();
                policy.roles.extend(self.text(Field::Role));
                policy.roles.sort();
                policy.command = self.text(Field::Command);
                policy.permissive = self.flag(Field::Permissive);
                policy.using = self.text(Field::Using);
                policy.check = self.text(Field::Check);
                policy.using_expression = self.definition(Field::UsingDefinition);
                policy.check_expression = self.definition(Field::CheckDefinition);
            }
            _ => {}
        }
    }

    pub(super) fn column(&mut self) -> Column {
        let position = match self.value(Field::Position) {
            Some(Value::Number(position)) => u32::try_from(*position).unwrap_or(0),
            _ => 0,
        };
        Column {
            position,
            ty: self.text(Field::ColumnType),
            modifier: self.text(Field::Modifier),
            nullable: self.flag(Field::Nullable),
            default: self.definition(Field::Definition),
            generated: self.text(Field::Generated),
            identity: self.text(Field::Identity),
            traits: self.names(Field::Traits).unwrap_or_default(),
        }
    }

    /// What a type is made of.
    pub(super) fn ty(&mut self) -> Type {
        let parts: Vec<Secret> = self.secrets(Field::Definition);
        let texts: Vec<String> = parts.iter().map(|part| part.ask(str::to_owned)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let choose = |name: &str, taken: &dyn Fn(&str) -> bool| chosen(name, &[], "check", taken);
        let Some(parts) = described::type_parts(&texts, &choose) else { return Type::default() };
        let definition = |text: String| Definition::new(Secret::new(&text));
        Type {
            labels: None,
            kind: Some(parts.kind.to_owned()),
            base: parts.base,
            collation: parts.collation,
            not_null: parts.not_null,
            default: parts.default.map(definition),
            checks: parts.checks.into_iter().map(|(name, check)| (one_line(&name), definition(check))).collect(),
            not_valid: parts.not_valid,
            attributes: parts.attributes.iter().map(|(name, ty)| one_line(&format!("{name} {ty}"))).collect(),
            definition: parts.rest.map(definition),
        }
    }

    /// The parameters of a routine.
    pub(super) fn parameters(&mut self) -> Vec<described::Parameter> {
        match self.value(Field::Parameters) {
            Some(Value::Secret(text)) => text.ask(described::parameters),
            _ => Vec::new(),
        }
    }

    /// The settings of a routine, by name; each value as a constant.
    pub(super) fn settings(&mut self) -> BTreeMap<String, Definition> {
        let settings = self.secrets(Field::Settings);
        let divided = settings.iter().filter_map(|setting| {
            setting.ask(|text| {
                let (name, value) = text.split_once('=')?;
                Some((one_line(name), Definition::new(Secret::new(value))))
            })
        });
        divided.collect()
    }

    pub(super) fn secrets(&mut self, field: Field) -> Vec<Secret> {
        let Some(Value::List(items)) = self.value(field) else { return Vec::new() };
        let secret = |item: &Value| match item {
            Value::Secret(secret) => Some(secret.clone()),
            _ => None,
        };
        items.iter().filter_map(secret).collect()
    }

    /// An expression or a body; one that is not known is there all the same.
    pub(super) fn definition(&mut self, field: Field) -> Option<Definition> {
        if matches!(self.fact.own(field)?, State::Unknown(..)) {
            self.value(field);
            return Some(Definition::unknown());
        }
        match self.value(field)? {
            Value::Secret(text) => Some(Definition::new(text.clone())),
            _ => None,
        }
    }

    /// A field, unless it is absent; one that is not known is noted.
    pub(super) fn value(&mut self, field: Field) -> Option<&Value> {
        let state = self.fact.own(field)?;
        if let State::Unknown(_, cause) = state {
            self.unknown.push(cause.reason.clone());
        }
        state.value()
    }

    pub(super) fn text(&mut self, field: Field) -> Option<String> {
        match self.value(field)? {
            Value::Text(text) => Some(one_line(text)),
            Value::Word(word) => Some((*word).to_owned()),
            _ => None,
        }
    }

    pub(super) fn flag(&mut self, field: Field) -> Option<bool> {
        match self.value(field)? {
            Value::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    pub(super) fn names(&mut self, field: Field) -> Option<Vec<String>> {
        let Value::List(items) = self.value(field)? else { return None };
        let name = |item: &Value| match item {
            Value::Text(text) => Some(one_line(text)),
            _ => None,
        };
        Some(items.iter().filter_map(name).collect())
    }
}
