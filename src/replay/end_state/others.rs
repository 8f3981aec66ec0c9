//! What is no part of a table: schemas, types, roles, extensions and privileges.

use super::{Out, perhaps_granted, text, with_those_there};
use crate::fact::{FactId, Field, Kind, State, Value};
use crate::replay::acl::{Held, spelled};
use crate::replay::database::{DefaultPrivilege, Extension, Name, Plain, Role, Type, bare, schema_of};

impl Out<'_> {
    pub(super) fn schema(&mut self, name: &Name, schema: &Plain) {
        let at = self.span(schema.made_by, Field::Name);
        let fact = self
            .at(Kind::Schema, schema.made_by)
            .with_state(Field::Name, self.sure(&schema.presence, at, text(name, at)));
        let fact = self.called(fact, &schema.presence, name, at);
        self.made.push(fact);
    }

    pub(super) fn ty(&mut self, name: &Name, ty: &Type) {
        let at = self.span(ty.made_by, Field::Name);
        let fact = self
            .at(Kind::Type, ty.made_by)
            .with(Field::Schema, schema_of(name), at)
            .with_state(Field::Name, self.sure(&ty.presence, at, text(&bare(name).into(), at)));
        let fact = self.called(fact, &ty.presence, bare(name), at);
        self.made.push(with_those_there(fact, &[(Field::Labels, &ty.labels), (Field::Definition, &ty.definition)]));
    }

    pub(super) fn role(&mut self, name: &Name, role: &Role) {
        let at = self.span(role.made_by, Field::Name);
        let fact = self
            .at(Kind::Role, role.made_by)
            .with_state(Field::Name, self.sure(&role.presence, at, text(name, at)))
            .with_state(Field::Login, role.login.clone())
            .with_state(Field::Superuser, role.superuser.clone())
            .with_state(Field::BypassRls, role.bypass_rls.clone());
        let fact = self.called(fact, &role.presence, name, at);
        self.made.push(fact);
    }

    pub(super) fn extension(&mut self, name: &Name, extension: &Extension) {
        let at = self.span(extension.made_by, Field::Name);
        let fact = self
            .at(Kind::Extension, extension.made_by)
            .with_state(Field::Name, self.sure(&extension.presence, at, text(name, at)));
        let fact = self.called(fact, &extension.presence, name, at);
        self.made.push(with_those_there(fact, &[(Field::Schema, &extension.schema)]));
    }

    /// One fact for each privilege that new objects get.
    pub(super) fn default_privilege(&mut self, default: &DefaultPrivilege) {
        let span = self.facts.fact(default.by).anchor;
        let grantee = text(&default.grantee, self.span(default.by, Field::Grantee));
        for privilege in spelled(&default.privilege, default.on) {
            let mut fact = self
                .at(Kind::DefaultPrivilege, default.by)
                .with_word(Field::ObjectKind, default.on, span)
                .with(Field::Privilege, privilege, span)
                .with_state(Field::Grantee, grantee.clone())
                .with_state(Field::GrantOption, State::Stated(Value::Bool(default.option), span));
            if let Some(schema) = &default.schema {
                fact.set(Field::Schema, text(schema, self.span(default.by, Field::Schema)));
            }
            self.made.push(fact);
        }
    }

    /// A privilege of which not everything is known: what is not, is unknown in the fact too.
    pub(super) fn open_grant(&mut self, by: FactId) {
        let fact = self.facts.fact(by);
        let span = fact.anchor;
        let mut grant = self.at(Kind::Grant, by);
        for field in [Field::Schema, Field::Table, Field::Name, Field::ObjectKind, Field::Grantee, Field::Privilege] {
            match self.facts.get(by, field) {
                State::Absent(_) if field != Field::Grantee => {}
                State::Absent(_) => grant.set(field, State::Unknown(span, perhaps_granted())),
                state => grant.set(field, state.clone()),
            }
        }
        self.made.push(grant.with_word(Field::Source, "migrations", span));
    }

    /// One fact for each privilege that somebody holds.
    pub(super) fn grants(&mut self, name: &Name, arguments: Option<&Name>, on: &'static str, held: &[Held]) {
        for held in held {
            let span = self.facts.fact(held.by).anchor;
            let grantee = text(&held.grantee, self.span(held.by, Field::Grantee));
            let grantee = match held.perhaps {
                true => State::Unknown(span, perhaps_granted()),
                false => grantee,
            };
            let mut fact = self.at(Kind::Grant, held.by);
            match on {
                "schema" => fact.set(Field::Schema, text(name, span)),
                "function" => {
                    fact.set(Field::Schema, State::Stated(schema_of(name).into(), span));
                    fact.set(Field::Name, State::Stated(bare(name).into(), span));
                }
                _ => {
                    fact.set(Field::Schema, State::Stated(schema_of(name).into(), span));
                    fact.set(Field::Table, text(name, span));
                }
            }
            if let Some(arguments) = arguments {
                fact.set(Field::Arguments, text(arguments, span));
            }
            let on = if held.columns.is_empty() { on } else { "column" };
            if !held.columns.is_empty() {
                fact.set(Field::Columns, super::list(&held.columns, span));
            }
            let fact = fact
                .with_word(Field::ObjectKind, on, span)
                .with_state(Field::Grantee, grantee)
                .with_state(Field::Privilege, State::Stated(held.privilege.into(), span))
                .with_state(Field::GrantOption, State::Stated(Value::Bool(held.option), span))
                .with_word(Field::Source, "migrations", span);
            self.made.push(fact);
        }
    }
}
