//! GRANT, REVOKE, ALTER DEFAULT PRIVILEGES.

use super::{Op, Replay};
use crate::fact::{Cause, Field, State, Value};
use crate::replay::acl::{Acl, Held, spelled};
use crate::replay::database::{DefaultPrivilege, Name, Plain, RelationKind, schema_of};
use std::sync::Arc;

/// One privilege that is given or taken.
struct Change<'o> {
    grantee: &'o Name,
    privilege: &'static str,
    columns: bool,
    option: bool,
    revoke: bool,
}

impl Replay {
    /// Operations on privileges.
    pub(super) fn privilege_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "grant" | "revoke" => self.grant(op),
            "alter_default_privileges_grant" | "alter_default_privileges_revoke" => self.by_default(op),
            _ => return false,
        }
        true
    }

    fn grant(&mut self, op: &Op<'_>) {
        // membership in a role is no privilege on an object
        if op.word(Field::ObjectKind) == Some("role") {
            return;
        }
        let (Some(grantee), Some(privilege), Some(on)) =
            (op.name(Field::Grantee), op.text(Field::Privilege), op.word(Field::ObjectKind))
        else {
            return self.open_grant(op);
        };
        if op.name(Field::Table).is_some() {
            self.finds_table(op, Field::Target);
        }
        let (columns, option, revoke) = (on == "column", op.is_true(Field::GrantOption), op.is == "revoke");
        for privilege in spelled(privilege, on) {
            let change = Change { grantee: &grantee, privilege, columns, option, revoke };
            self.on_objects(op, on, &change);
        }
    }

    /// A privilege of which not everything is known.
    fn open_grant(&mut self, op: &Op<'_>) {
        let cause = Cause::new("may be granted or revoked by text that is built at run time", "Write it out.");
        self.doubt("grant", &cause, op);
        if op.is == "grant" {
            self.db.open_grants.push(op.id);
        }
    }

    /// Changes the privileges of every object that the operation means.
    fn on_objects(&mut self, op: &Op<'_>, on: &'static str, change: &Change<'_>) {
        let unnamed = op.name(Field::Table).is_none() && op.name(Field::Name).is_none();
        let schema = op.name(Field::Schema);
        // the name of what nobody knows is not that of every object
        let unknown = |field: Field| matches!(op.state(field), State::Unknown(..));
        if unnamed && (schema.is_none() || unknown(Field::Table) || unknown(Field::Name)) {
            return self.open_grant(op);
        }
        match on {
            "table" | "column" | "sequence" if unnamed => {
                let wanted = |kind: RelationKind| (kind == RelationKind::Sequence) == (on == "sequence");
                let own = self
                    .db
                    .relations
                    .iter_mut()
                    .filter(|(name, relation)| Some(schema_of(name)) == schema.as_deref() && wanted(relation.kind));
                own.for_each(|(_, relation)| apply(&mut relation.acl, op, change));
            }
            "table" | "column" | "sequence" => {
                let name = op.name(Field::Table).or_else(|| op.qualified());
                if let Some(relation) = name.and_then(|name| self.db.relations.get_mut(&name)) {
                    apply(&mut relation.acl, op, change);
                }
            }
            "function" if unnamed => {
                let own = self.db.routines.iter_mut();
                own.filter(|(_, routine)| Some(schema_of(&routine.name)) == schema.as_deref())
                    .for_each(|(_, routine)| apply(&mut routine.acl, op, change));
            }
            "function" => {
                let Some(name) = op.qualified() else { return };
                for key in self.routines(&name, op.text(Field::Arguments)) {
                    if let Some(routine) = self.db.routines.get_mut(&key) {
                        apply(&mut routine.acl, op, change);
                    }
                }
            }
            "schema" => {
                let Some(name) = op.name(Field::Name).or(schema) else { return };
                if !self.db.schemas.has(&name) && !self.db.other_schemas.has(&name) {
                    let other = Plain { made_by: op.id, presence: op.presence(), acl: Acl::new(None) };
                    self.db.other_schemas.insert(Arc::clone(&name), other);
                }
                let (own, other) = (self.db.schemas.get_mut(&name), self.db.other_schemas.get_mut(&name));
                if let Some(plain) = own.or(other) {
                    apply(&mut plain.acl, op, change);
                }
            }
            "type" => {
                if let Some(plain) = op.qualified().and_then(|name| self.db.types.get_mut(&name)) {
                    apply(&mut plain.acl, op, change);
                }
            }
            _ => {}
        }
    }

    fn by_default(&mut self, op: &Op<'_>) {
        let (Some(grantee), Some(privilege), Some(on)) =
            (op.name(Field::Grantee), op.name(Field::Privilege), op.word(Field::ObjectKind))
        else {
            return self.open_grant(op);
        };
        let schema = op.name(Field::Schema);
        // what everybody has by itself can be taken for every schema only
        let built_in = matches!(on, "function" | "type") && &*grantee == "public" && schema.is_none();
        if built_in && op.doubt().is_none() && !spelled(&privilege, on).is_empty() {
            match op.is.ends_with("_grant") {
                true => _ = self.db.closed.remove(on),
                false => _ = self.db.closed.insert(on),
            }
            return;
        }
        if op.is.ends_with("_grant") {
            let option = op.is_true(Field::GrantOption);
            self.db.defaults.push(DefaultPrivilege { schema, on, privilege, grantee, option, by: op.id });
            return;
        }
        let taken = spelled(&privilege, on);
        let mut kept = Vec::new();
        for default in std::mem::take(&mut self.db.defaults) {
            let hit = default.schema == schema && default.on == on && default.grantee == grantee;
            if !hit || op.is_true(Field::GrantOption) || op.doubt().is_some() {
                kept.push(default);
                continue;
            }
            let left = spelled(&default.privilege, on).into_iter().filter(|privilege| !taken.contains(privilege));
            kept.extend(left.map(|privilege| DefaultPrivilege { privilege: privilege.into(), ..default.clone() }));
        }
        self.db.defaults = kept;
    }

    /// ALTER ROLE … RENAME: privileges, policies and what it owns are its own as before.
    pub(super) fn rename_role(&mut self, role: &str, new: &Name) {
        let owners = |owner: &mut Option<Name>| {
            if owner.as_deref() == Some(role) {
                *owner = Some(Arc::clone(new));
            }
        };
        for (_, relation) in self.db.relations.iter_mut() {
            relation.acl.rename(role, new);
            owners(&mut relation.owner);
            for policy in &mut relation.policies {
                if let State::Stated(Value::List(roles), _) = &mut policy.roles {
                    let own = roles.iter_mut().filter(|own| **own == Value::from(role));
                    own.for_each(|own| *own = Value::Text(Arc::clone(new)));
                }
            }
        }
        for (_, routine) in self.db.routines.iter_mut() {
            routine.acl.rename(role, new);
            owners(&mut routine.owner);
        }
        let schemas = self.db.schemas.iter_mut().chain(self.db.other_schemas.iter_mut());
        schemas.for_each(|(_, schema)| schema.acl.rename(role, new));
        let defaults = self.db.defaults.iter_mut().filter(|default| *default.grantee == *role);
        defaults.for_each(|default| default.grantee = Arc::clone(new));
    }

    /// DROP ROLE: nobody holds anything under that name any more.
    pub(super) fn forget_role(&mut self, role: &str) {
        self.db.relations.iter_mut().for_each(|(_, relation)| relation.acl.forget(role));
        self.db.routines.iter_mut().for_each(|(_, routine)| routine.acl.forget(role));
        let schemas = self.db.schemas.iter_mut().chain(self.db.other_schemas.iter_mut());
        schemas.for_each(|(_, schema)| schema.acl.forget(role));
        self.db.defaults.retain(|default| *default.grantee != *role);
    }
}

fn apply(acl: &mut Acl, op: &Op<'_>, change: &Change<'_>) {
    let perhaps = op.doubt().is_some();
    if change.revoke {
        return acl.revoke(change.grantee, change.privilege, change.columns, change.option, perhaps);
    }
    acl.grant(Held {
        grantee: Arc::clone(change.grantee),
        privilege: change.privilege,
        columns: change.columns,
        option: change.option,
        by: op.id,
        perhaps,
    });
}
