//! Schemas, types, roles and extensions.

use super::{Found, Op, OwnedFound, Replay, defaulted, take};
use crate::document::sql::text;
use crate::fact::{Cause, Field, State, Value};
use crate::replay::acl::Acl;
use crate::replay::database::{Catalog, Extension, Gone, Made, Name, Plain, Role, Type, bare, schema_of};
use crate::source::Secret;
use std::sync::Arc;

/// What is there under a name of a catalog.
fn found<T: Made + Clone>(catalog: &Catalog<T>, name: &str, otherwise: OwnedFound) -> OwnedFound {
    match (catalog.get(name), catalog.gone(name)) {
        (Some(object), _) => Found::There(object.clone().presence()).owned(),
        (None, Some(gone)) => Found::Gone(gone).owned(),
        (None, None) => otherwise,
    }
}

/// Drops one of a catalog.
fn drop_from<T: Made>(catalog: &mut Catalog<T>, name: &str, op: &Op<'_>) {
    take(catalog, name, op, |object, presence| *object.presence() = presence);
}

impl Replay {
    /// Operations on them.
    pub(super) fn plain_operation(&mut self, op: &Op<'_>) {
        match op.is {
            "create_schema" | "alter_schema" | "drop_schema" => self.schema(op),
            "create_type" | "alter_type" | "drop_type" | "add_enum_value" | "rename_enum_value" | "drop_attribute" => {
                self.ty(op);
            }
            "create_role" | "alter_role" | "drop_role" => self.role(op),
            "create_extension" | "alter_extension" | "drop_extension" => self.extension(op),
            "comment" => self.finds_object(op),
            _ => {}
        }
    }

    fn schema(&mut self, op: &Op<'_>) {
        let Some(name) = op.name(Field::Name) else { return };
        let found = found(&self.db.schemas, &name, Self::unmade(op, &name));
        self.finds(op, Field::Target, "plain", found.borrowed());
        match op.is {
            "create_schema" if !self.db.schemas.has(&name) => {
                self.db.schemas.insert(name, Plain { made_by: op.id, presence: op.presence(), acl: Acl::new(None) });
            }
            "drop_schema" => {
                drop_from(&mut self.db.schemas, &name, op);
                if op.is_true(Field::Cascade) {
                    self.cascade_schema(&name, op);
                    self.drop_in_schema(&name, op);
                }
            }
            "alter_schema" => {
                let Some(new) = op.name(Field::NewName) else { return };
                self.db.schemas.rename(&name, Arc::clone(&new), Gone::Renamed(op.id));
                self.doubt_definitions(&name, op);
                self.rename_in_schema(&name, &new, op);
            }
            _ => {}
        }
    }

    fn ty(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else { return };
        let otherwise = if self.db.is_ours(schema_of(&name)) { OwnedFound::Absent } else { OwnedFound::Outside };
        let found = found(&self.db.types, &name, otherwise);
        if op.is.ends_with("_value") {
            self.finds(op, Field::TargetTable, "plain", found.borrowed());
            self.finds_label(op, &name);
        } else if op.is != "drop_attribute" {
            self.finds(op, Field::Target, "plain", found.borrowed());
        }
        match op.is {
            "create_type" if !self.db.types.has(&name) => {
                let is_closed = self.db.closed.iter().any(|(kind, doubt)| *kind == "type" && doubt.is_none());
                let (made_by, presence, acl) = (op.id, op.presence(), Acl::new((!is_closed).then_some("usage")));
                let labels = op.state(Field::Labels).clone();
                let definition = first_part(op);
                self.db.types.insert(name, Type { made_by, presence, acl, labels, definition });
            }
            "drop_type" => {
                drop_from(&mut self.db.types, &name, op);
                self.cascade_type(&name, op);
                self.cascade(bare(&name), None, super::cascade::Word::Ambiguous, op);
            }
            "alter_type" => {
                if let Some(ty) = self.db.types.get_mut(&name) {
                    ty.definition = super::traits::grown(&ty.definition, op);
                }
                let Some(new) = op.new_name(&name) else { return };
                self.db.types.rename(&name, Arc::clone(&new), Gone::Renamed(op.id));
                self.type_in_definitions(&name, &new, op);
                self.rename_type(&name, &new, op);
                self.doubt_parts(bare(&name), op);
            }
            "drop_attribute" => {
                let Some(ty) = self.db.types.get_mut(&name) else { return };
                ty.definition = super::traits::grown(&ty.definition, op);
            }
            "add_enum_value" | "rename_enum_value" => {
                let Some(ty) = self.db.types.get_mut(&name) else { return };
                let new = with_label(&ty.labels, op);
                ty.labels = op.gives(&ty.labels, new);
            }
            _ => {}
        }
    }

    /// Whether an enum has the label that ADD VALUE makes, or RENAME VALUE takes away.
    fn finds_label(&mut self, op: &Op<'_>, ty: &Name) {
        let label = match op.is {
            "rename_enum_value" => op.names(Field::Labels).and_then(|labels| labels.first().cloned()),
            _ => op.name(Field::NewName),
        };
        let (Some(ty), Some(label)) = (self.db.types.get(ty), label) else { return };
        let Some(Value::List(labels)) = ty.labels.value() else { return };
        let found = match labels.contains(&Value::Text(label)) {
            true => OwnedFound::There(ty.presence.clone()),
            false => OwnedFound::Absent,
        };
        self.finds(op, Field::Target, "plain", found.borrowed());
    }

    /// What no migration makes is made outside of them, but nobody drops that.
    fn unmade(op: &Op<'_>, name: &str) -> OwnedFound {
        let built_in = match op.is {
            "drop_extension" => name == "plpgsql",
            _ => matches!(name, "public" | "information_schema") || name.starts_with("pg_"),
        };
        if op.is.starts_with("drop_") && !built_in { OwnedFound::Absent } else { OwnedFound::Outside }
    }

    /// What other types are made of may be a type that has got another name.
    fn doubt_parts(&mut self, old: &str, op: &Op<'_>) {
        let mentions = |part: &Value| match part {
            // behind its kind and its own name
            Value::Secret(secret) => secret.ask(|text| text::mentions(text.splitn(3, ' ').nth(2).unwrap_or(""), old)),
            _ => false,
        };
        for (_, ty) in self.db.types.iter_mut() {
            if matches!(&ty.definition, State::Stated(Value::List(parts), _) if parts.iter().any(mentions)) {
                let cause = Cause::new("may be made of a type that got another name since", "Compare it by hand.");
                ty.definition = State::Unknown(op.anchor(), cause);
            }
        }
    }

    fn role(&mut self, op: &Op<'_>) {
        let Some(name) = op.name(Field::Name) else { return };
        let found = found(&self.db.roles, &name, Self::unmade(op, &name));
        self.finds(op, Field::Target, "plain", found.borrowed());
        match op.is {
            "create_role" if !self.db.roles.has(&name) => {
                let own = |field: Field| match op.state(field) {
                    State::Absent(_) => defaulted(false, op),
                    state => state.clone(),
                };
                let (login, superuser, bypass_rls) = (own(Field::Login), own(Field::Superuser), own(Field::BypassRls));
                let role = Role { made_by: op.id, presence: op.presence(), login, superuser, bypass_rls };
                self.db.roles.insert(name, role);
            }
            "drop_role" => {
                drop_from(&mut self.db.roles, &name, op);
                self.forget_role(&name);
            }
            "alter_role" => {
                if let Some(role) = self.db.roles.get_mut(&name) {
                    for (field, own) in [
                        (Field::Login, &mut role.login),
                        (Field::Superuser, &mut role.superuser),
                        (Field::BypassRls, &mut role.bypass_rls),
                    ] {
                        if !matches!(op.state(field), State::Absent(_)) {
                            *own = op.gives(own, op.state(field).clone());
                        }
                    }
                }
                if let Some(new) = op.name(Field::NewName) {
                    self.db.roles.rename(&name, Arc::clone(&new), Gone::Renamed(op.id));
                    if op.doubt().is_none() {
                        self.rename_role(&name, &new);
                    }
                }
            }
            _ => {}
        }
    }

    fn extension(&mut self, op: &Op<'_>) {
        let Some(name) = op.name(Field::Name) else { return };
        let found = found(&self.db.extensions, &name, Self::unmade(op, &name));
        self.finds(op, Field::Target, "plain", found.borrowed());
        match op.is {
            "create_extension" if !self.db.extensions.has(&name) => {
                let schema = op.state(Field::Schema).clone();
                self.db.extensions.insert(name, Extension { made_by: op.id, presence: op.presence(), schema });
            }
            "drop_extension" => {
                drop_from(&mut self.db.extensions, &name, op);
                self.cascade_extension(&name, op);
            }
            "alter_extension" => {
                // its only new name is that of a schema: SET SCHEMA
                let Some(extension) = self.db.extensions.get_mut(&name) else { return };
                if !matches!(op.state(Field::NewName), State::Absent(_)) {
                    extension.schema = op.gives(&extension.schema, op.state(Field::NewName).clone());
                    extension.made_by = op.id;
                }
            }
            _ => {}
        }
    }
}

/// What a new type is made of: its kind, and what stands behind its name. An enum has its labels.
fn first_part(op: &Op<'_>) -> State {
    match op.state(Field::Definition) {
        State::Stated(Value::Secret(text), span) => {
            let kind = op.word(Field::ObjectKind).unwrap_or("type");
            let name = super::columns::printed_part(op.text(Field::Name).unwrap_or(""));
            let first = Secret::new(&text.ask(|text| format!("{kind} {name} {text}")));
            State::Stated(Value::List(vec![Value::Secret(first)]), *span)
        }
        state => state.clone(),
    }
}

/// The labels of an enum after ADD VALUE or RENAME VALUE.
fn with_label(labels: &State, op: &Op<'_>) -> State {
    let (State::Stated(Value::List(known), span), Some(new)) = (labels, op.name(Field::NewName)) else {
        let cause = Cause::new("has a label that is built at run time", "Write the label out.");
        return State::Unknown(op.anchor(), cause);
    };
    let mut known = known.clone();
    let place =
        |wanted: Option<Name>| wanted.and_then(|name| known.iter().position(|own| *own == Value::Text(name.clone())));
    if op.is == "rename_enum_value" {
        let old = op.names(Field::Labels).and_then(|names| names.first().cloned());
        if let Some(own) = place(old).and_then(|at| known.get_mut(at)) {
            *own = Value::Text(new);
        }
    } else if !known.contains(&Value::Text(Arc::clone(&new))) {
        let at = place(op.name(Field::Before)).or_else(|| Some(place(op.name(Field::After))? + 1));
        known.insert(at.unwrap_or(known.len()), Value::Text(new));
    }
    State::Stated(Value::List(known), *span)
}
