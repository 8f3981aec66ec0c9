//! GRANT, REVOKE, ALTER DEFAULT PRIVILEGES.

use super::{Op, Replay};
use crate::fact::{Cause, FactId, Field, State, Value};
use crate::replay::acl::{Acl, Held, spelled};
use crate::replay::database::{DefaultPrivilege, Name, Plain, RelationKind, TakenByDefault, schema_of};
use std::collections::HashSet;
use std::sync::Arc;

/// One privilege that is given or taken.
struct Change<'o> {
    grantee: &'o Name,
    privilege: &'static str,
    columns: Vec<Name>,
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
        } else if op.name(Field::Name).is_some() {
            self.finds_object(op);
        }
        let (option, revoke) = (op.is_true(Field::GrantOption), op.is == "revoke");
        let mut columns = op.names(Field::Columns).unwrap_or_default();
        columns.sort();
        if on == "column" && columns.is_empty() {
            return self.open_grant(op);
        }
        let before = self.given;
        for privilege in spelled(privilege, on) {
            let change = Change { grantee: &grantee, privilege, columns: columns.clone(), option, revoke };
            self.on_objects(op, on, &change);
        }
        if !revoke && self.given > before {
            self.granted.push(op.id);
        }
    }

    /// GRANTs of which nothing is left at the end: it was taken back, or the object or the role is gone.
    pub fn undone(&self) -> Vec<FactId> {
        let db = &self.db;
        let relations = db.relations.iter().map(|(_, own)| &own.acl).chain(db.routines.iter().map(|(_, own)| &own.acl));
        let schemas = db.schemas.iter().chain(db.other_schemas.iter()).map(|(_, own)| &own.acl);
        let others = schemas.chain(db.types.iter().map(|(_, own)| &own.acl));
        let held = relations.chain(others).flat_map(Acl::held);
        let left: HashSet<FactId> =
            held.flat_map(|held| std::iter::once(held.by).chain(held.again.iter().copied())).collect();
        self.granted.iter().copied().filter(|id| !left.contains(id)).collect()
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
                for (_, relation) in own {
                    apply(&mut relation.acl, op, change);
                    self.given += 1;
                }
            }
            "table" | "column" | "sequence" => {
                let name = op.name(Field::Table).or_else(|| op.qualified());
                if let Some(relation) = name.and_then(|name| self.db.relations.get_mut(&name)) {
                    apply(&mut relation.acl, op, change);
                    self.given += 1;
                }
            }
            "function" if unnamed => {
                let own = self.db.routines.iter_mut();
                own.filter(|(_, routine)| Some(schema_of(&routine.name)) == schema.as_deref()).for_each(
                    |(_, routine)| {
                        apply(&mut routine.acl, op, change);
                        self.given += 1;
                    },
                );
            }
            "function" => {
                let Some(name) = op.qualified() else { return };
                for key in self.routines(&name, op.text(Field::Arguments)) {
                    if let Some(routine) = self.db.routines.get_mut(&key) {
                        apply(&mut routine.acl, op, change);
                        self.given += 1;
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
                    self.given += 1;
                }
            }
            "type" => {
                if let Some(plain) = op.qualified().and_then(|name| self.db.types.get_mut(&name)) {
                    apply(&mut plain.acl, op, change);
                    self.given += 1;
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
        if &*grantee == "public" {
            if schema.is_none() {
                self.built_in_by_default(op, on, &privilege);
            }
        } else if op.doubt().is_none() && !op.is_true(Field::GrantOption) {
            let taken =
                TakenByDefault { schema: schema.clone(), on, privilege: privilege.clone(), grantee: grantee.clone() };
            self.db.taken.retain(|own| *own != taken);
            if !op.is.ends_with("_grant") {
                self.db.taken.push(taken);
            }
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

    /// EXECUTE or USAGE for everybody, on what is made later: what ALTER DEFAULT PRIVILEGES without IN SCHEMA says replaces
    /// what PostgreSQL has built in (its manual, ALTER DEFAULT PRIVILEGES). It holds for what the roles of FOR ROLE make.
    fn built_in_by_default(&mut self, op: &Op<'_>, on: &'static str, privilege: &str) {
        let built_in = match on {
            "function" => "execute",
            "type" => "usage",
            _ => return,
        };
        if op.is_true(Field::GrantOption) || !spelled(privilege, on).contains(&built_in) {
            return;
        }
        let doubt = op.doubt().cloned().or_else(|| foreign_maker(op));
        let before = self.db.closed.iter().position(|(kind, _)| *kind == on);
        match (op.is.ends_with("_grant"), before) {
            (true, Some(at)) if doubt.is_none() => _ = self.db.closed.remove(at),
            (true, _) => {}
            (false, Some(at)) if doubt.is_none() => _ = self.db.closed.splice(at..=at, [(on, None)]),
            (false, Some(_)) => {}
            (false, None) => self.db.closed.push((on, doubt)),
        }
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

/// Why default privileges FOR ROLE may not hold for what the migrations make: they may run as another role. `postgres` is
/// who runs them where nothing else is known.
fn foreign_maker(op: &Op<'_>) -> Option<Arc<Cause>> {
    const RUNNER: &[&str] = &["postgres", "current_user", "current_role", "session_user"];
    match op.state(Field::Roles) {
        State::Absent(_) => None,
        roles => {
            let own = |roles: &[Value]| roles.iter().any(|role| RUNNER.iter().any(|own| *role == Value::from(*own)));
            match roles.value() {
                Some(Value::List(roles)) if own(roles) => None,
                _ => Some(Cause::new(
                    "depends on the role that makes it: default privileges of another role take it from everybody",
                    "Write REVOKE EXECUTE ON FUNCTION … FROM PUBLIC for the function itself.",
                )),
            }
        }
    }
}

fn apply(acl: &mut Acl, op: &Op<'_>, change: &Change<'_>) {
    let perhaps = op.doubt().is_some();
    if change.revoke {
        return acl.revoke(change.grantee, change.privilege, &change.columns, change.option, perhaps);
    }
    acl.grant(Held {
        grantee: Arc::clone(change.grantee),
        privilege: change.privilege,
        columns: change.columns.clone(),
        option: change.option,
        by: op.id,
        again: Vec::new(),
        perhaps,
    });
}
