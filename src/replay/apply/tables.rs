//! Tables: made, dropped, renamed, moved; their row level security; sequences.

use super::{Found, Op, OwnedFound, Replay, defaulted, take};
use crate::fact::{Cause, Field, State, Value};
use crate::replay::acl::Acl;
use crate::replay::database::{Gone, Name, Presence, Relation, RelationKind, bare, schema_of};
use std::sync::Arc;

impl Replay {
    /// Operations on tables as a whole.
    pub(super) fn relation_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "create_table" => self.create_table(op, RelationKind::Table),
            "create_foreign_table" => self.create_table(op, RelationKind::ForeignTable),
            "drop_table" | "drop_foreign_table" => self.drop_table(op),
            "rename_table" | "move_table" => self.rename_table(op),
            "enable_rls" | "disable_rls" | "force_rls" | "no_force_rls" => self.switch_rls(op),
            "create_sequence" => self.create_sequence(op),
            "alter_sequence" => self.alter_sequence(op),
            "drop_sequence" => self.drop_named(op, RelationKind::Sequence),
            "attach_partition" | "detach_partition" => self.partition(op),
            "update" | "delete" | "insert" | "merge" | "truncate" => self.table_is_there(op),
            "create_trigger" | "drop_trigger" | "alter_trigger" => self.trigger(op),
            "enable_trigger" | "disable_trigger" => self.switch_triggers(op),
            "alter_table" => {
                self.redescribe_table(op);
                self.alter_heritage(op);
            }
            "drop_owned" => self.drop_owned(op),
            "change_owner" => self.change_owner(op),
            "like_table" => self.like(op),
            "create_event_trigger" | "drop_event_trigger" => self.watch(op),
            "import_foreign_schema" => {
                let cause = Cause::new("may be made by IMPORT FOREIGN SCHEMA", "List the tables with LIMIT TO.");
                self.doubt("table", &cause, op);
            }
            _ => return false,
        }
        true
    }

    /// What is there under the name of a relation.
    pub(super) fn relation(&self, name: &str) -> Found<'_> {
        match (self.db.relations.get(name).filter(|relation| !relation.implied), self.db.relations.gone(name)) {
            (Some(relation), _) => Found::There(&relation.presence),
            (None, Some(gone)) => Found::Gone(gone),
            (None, None) if !self.db.is_ours(schema_of(name)) => Found::Outside,
            (None, None) => Found::Absent,
        }
    }

    /// Notes whether the table of an operation is there, and gives its name where it is known.
    pub(super) fn finds_table(&mut self, op: &Op<'_>, field: Field) -> Option<Name> {
        let name = op.name(Field::Table)?;
        if name.starts_with("pg_temp.") {
            return None;
        }
        let found = self.relation(&name).owned();
        if matches!(found, OwnedFound::Absent) && self.is_elsewhere(op, &name) {
            self.found.push((op.id, field, State::Unknown(op.anchor(), super::asked::found_by_path())));
            return Some(name);
        }
        self.finds(op, field, "table", found.borrowed());
        // with IF EXISTS nothing says that it is there
        let takes = op.is_true(Field::TableIfExists)
            || op.is.starts_with("drop_")
            || matches!(op.is, "create_table" | "create_foreign_table");
        if !takes && matches!(found, OwnedFound::Absent | OwnedFound::Outside) && !self.db.relations.has(&name) {
            self.imply(op, Arc::clone(&name));
        }
        Some(name)
    }

    /// A table that no migration makes, and that must be there all the same: what is done to it is kept.
    fn imply(&mut self, op: &Op<'_>, name: Name) {
        let cause = Cause::new("is made by no migration", "Add the migration that makes the table.");
        let mut relation = self.new_relation(op, RelationKind::Table, schema_of(&name));
        relation.implied = true;
        relation.acl = Acl::default();
        relation.rls = State::Unknown(op.anchor(), Arc::clone(&cause));
        relation.open = Some(cause);
        self.db.relations.insert(name, relation);
    }

    fn table_is_there(&mut self, op: &Op<'_>) {
        self.finds_table(op, Field::Target);
    }

    fn create_table(&mut self, op: &Op<'_>, kind: RelationKind) {
        let Some(name) = self.finds_table(op, Field::Target) else {
            if op.name(Field::Table).is_none() {
                self.doubt("table", &unknown_name(), op);
            }
            return;
        };
        if let Some(relation) = self.db.relations.get_mut(&name).filter(|relation| !relation.implied) {
            // whichever of the two runs, it is there afterwards
            if op.doubt().is_none() {
                relation.presence = Presence::Certain;
            }
            return;
        }
        let mut relation = self.new_relation(op, kind, schema_of(&name));
        relation.traits = super::traits::changed(&relation.traits, op);
        relation.bound = op.state(Field::Bound).clone();
        relation.partitioned_by = op.state(Field::PartitionedBy).clone();
        self.contents(op, &mut relation);
        if let Some(cause) = self.watched() {
            relation.rls = State::Unknown(op.anchor(), cause);
        }
        self.db.relations.insert(name.clone(), relation);
        self.inherit(&name, op);
    }

    pub(super) fn new_relation(&self, op: &Op<'_>, kind: RelationKind, schema: &str) -> Relation {
        let on = if kind == RelationKind::Sequence { "sequence" } else { "table" };
        Relation {
            kind,
            made_by: op.id,
            presence: op.presence(),
            implied: false,
            columns: Vec::new(),
            lost: Vec::new(),
            open: None,
            rls: defaulted(false, op),
            forced: defaulted(false, op),
            constraints: Vec::new(),
            policies: Vec::new(),
            triggers: Vec::new(),
            acl: self.default_acl(schema, on, op, None),
            owner: None,
            invoker: defaulted(false, op),
            reads: Vec::new(),
            definition: State::Absent(None),
            owned_by: None,
            partition_of: None,
            moved_by: None,
            bound: State::Absent(None),
            partitioned_by: State::Absent(None),
            traits: State::Absent(None),
            called: State::Absent(None),
            parents: Vec::new(),
        }
    }

    fn drop_table(&mut self, op: &Op<'_>) {
        let Some(name) = self.finds_table(op, Field::Target) else {
            if op.name(Field::Table).is_none() {
                self.doubt("table", &unknown_name(), op);
            }
            return;
        };
        self.take_relation(&name, op);
        self.cascade_type(&name, op);
        self.cascade(bare(&name), None, super::cascade::Word::Table, op);
    }

    /// Takes a relation away with everything that goes along.
    pub(super) fn take_relation(&mut self, name: &Name, op: &Op<'_>) {
        let gone = take(&mut self.db.relations, name, op, |relation, presence| relation.presence = presence);
        if gone.is_none() {
            return;
        }
        let indexes: Vec<Name> = of_table(&self.db.indexes, name, |index| &index.table);
        indexes.iter().for_each(|index| _ = self.db.indexes.remove(index, Gone::Dropped(op.id)));
        let mut along: Vec<Name> = Vec::new();
        for (other, relation) in self.db.relations.iter_mut() {
            relation.constraints.retain(|constraint| constraint.references.as_ref() != Some(name));
            let owned = relation.owned_by.as_ref().is_some_and(|(table, _)| table == name);
            let heir = relation.partition_of.iter().chain(&relation.parents).any(|parent| parent == name);
            if owned || heir || relation.reads.contains(name) {
                along.push(Arc::clone(other));
            }
        }
        along.iter().for_each(|other| self.take_relation(other, op));
    }

    fn rename_table(&mut self, op: &Op<'_>) {
        let Some(name) = self.finds_table(op, Field::Target) else { return };
        let Some(new) = op.text(Field::NewName) else {
            return self.doubt("table", &unknown_name(), op);
        };
        let moves = op.is == "move_table";
        let new = if moves { format!("{new}.{}", bare(&name)) } else { format!("{}.{new}", schema_of(&name)) };
        self.rename_relation(&name, new.into(), op);
    }

    /// Gives a relation another name; what speaks of it follows.
    pub(super) fn rename_relation(&mut self, name: &Name, new: Name, op: &Op<'_>) {
        if let Some(cause) = op.doubt() {
            let doubtful = Presence::Perhaps(Arc::clone(cause));
            let Some(relation) = self.db.relations.get_mut(name) else { return };
            relation.presence = doubtful;
            let copy = relation.clone();
            if !self.db.relations.has(&new) {
                self.db.relations.insert(new, copy);
            }
            return;
        }
        if !self.db.relations.rename(name, Arc::clone(&new), Gone::Renamed(op.id)) {
            return;
        }
        self.doubt_definitions(bare(name), op);
        self.rename_type(name, &new, op);
        let (old_schema, new_schema) = (schema_of(name), schema_of(&new));
        if let Some(relation) = self.db.relations.get_mut(&new).filter(|_| old_schema != new_schema) {
            relation.moved_by = Some(op.id);
        }
        let mut moved = Vec::new();
        for (index, object) in self.db.indexes.iter_mut().filter(|(_, index)| index.table == *name) {
            object.table = Arc::clone(&new);
            if old_schema != new_schema {
                moved.push(Arc::clone(index));
            }
        }
        for index in moved {
            let to = format!("{new_schema}.{}", bare(&index));
            self.db.indexes.rename(&index, to.into(), Gone::Renamed(op.id));
        }
        self.move_sequences(name, old_schema, new_schema, op);
        for (_, relation) in self.db.relations.iter_mut() {
            let names = relation.constraints.iter_mut().filter_map(|constraint| constraint.references.as_mut());
            let owners = relation.owned_by.iter_mut().map(|(table, _)| table);
            let parents = relation.partition_of.iter_mut().chain(&mut relation.parents);
            let others = relation.reads.iter_mut().chain(parents);
            names
                .chain(owners)
                .chain(others)
                .filter(|other| *other == name)
                .for_each(|other| *other = Arc::clone(&new));
        }
    }

    /// The sequences of a table's columns go with it to another schema.
    fn move_sequences(&mut self, table: &Name, old: &str, new: &str, op: &Op<'_>) {
        if old == new {
            return;
        }
        let owned = |relation: &Relation| relation.owned_by.as_ref().is_some_and(|(own, _)| own == table);
        let own = self.db.relations.iter().filter(|(_, relation)| owned(relation));
        let own: Vec<Name> = own.map(|(name, _)| Arc::clone(name)).collect();
        for sequence in own {
            self.db.relations.rename(&sequence, format!("{new}.{}", bare(&sequence)).into(), Gone::Renamed(op.id));
        }
    }

    fn switch_rls(&mut self, op: &Op<'_>) {
        let on = matches!(op.is, "enable_rls" | "force_rls");
        let forces = op.is.ends_with("force_rls");
        let Some(name) = self.finds_table(op, Field::Target) else {
            if op.name(Field::Table).is_none() && !forces {
                let cause = Cause::new(
                    "may be switched by text that is built at run time",
                    "Write ALTER TABLE … ENABLE ROW LEVEL SECURITY for each table.",
                );
                self.doubt_rls(Some(!on), op, &cause);
            }
            return;
        };
        let Some(relation) = self.db.relations.get_mut(&name) else { return };
        let state = if forces { &mut relation.forced } else { &mut relation.rls };
        // what is on by default of nobody is said by who switches it first
        if state.value() != Some(&Value::Bool(on)) || matches!(state, State::Defaulted(..)) {
            *state = op.switches(state, on);
        }
    }

    /// Tables whose row level security is `of` (or whatever it is) may have been switched by something unknown.
    pub(super) fn doubt_rls(&mut self, of: Option<bool>, op: &Op<'_>, cause: &Arc<Cause>) {
        for (_, relation) in self.db.relations.iter_mut() {
            let hit = match of {
                Some(of) => relation.rls.value() == Some(&Value::Bool(of)),
                None => relation.rls.value() == Some(&Value::Bool(false)),
            };
            if hit && matches!(relation.kind, RelationKind::Table | RelationKind::ForeignTable) {
                relation.rls = State::Unknown(op.anchor(), Arc::clone(cause));
            }
        }
    }

    fn create_sequence(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified().filter(|name| !name.starts_with("pg_temp.")) else { return };
        let found = self.relation(&name).owned();
        self.finds(op, Field::Target, "table", found.borrowed());
        if !self.db.relations.has(&name) {
            let mut relation = self.new_relation(op, RelationKind::Sequence, schema_of(&name));
            relation.owned_by = op.text(Field::OwnedBy).and_then(owner);
            self.db.relations.insert(name, relation);
        }
    }

    fn alter_sequence(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else { return };
        let found = self.relation(&name).owned();
        self.finds(op, Field::Target, "table", found.borrowed());
        if let (Some(said), None) = (op.text(Field::OwnedBy), op.doubt()) {
            let sequence = self.db.relations.get_mut(&name);
            sequence.into_iter().for_each(|sequence| sequence.owned_by = owner(said));
        }
        if let Some(new) = op.new_name(&name) {
            self.rename_relation(&name, new, op);
        }
    }

    /// DROP of a view or a sequence.
    pub(super) fn drop_named(&mut self, op: &Op<'_>, kind: RelationKind) {
        let Some(name) = op.qualified() else { return };
        let found = self.relation(&name).owned();
        self.finds(op, Field::Target, "table", found.borrowed());
        let is_view = |kind| matches!(kind, RelationKind::View | RelationKind::MaterializedView);
        if self.db.relations.get(&name).is_some_and(|relation| is_view(relation.kind) == is_view(kind)) {
            self.take_relation(&name, op);
            match kind {
                RelationKind::Sequence => self.cascade_sequence(&name, op),
                _ => self.cascade_type(&name, op),
            }
        }
    }

    fn change_owner(&mut self, op: &Op<'_>) {
        self.finds_object(op);
        if let (Some("function" | "procedure"), Some(name)) = (op.word(Field::ObjectKind), op.qualified()) {
            for key in self.routines(&name, op.text(Field::Arguments)) {
                let routine = self.db.routines.get_mut(&key);
                routine.into_iter().for_each(|routine| routine.owner = op.name(Field::Owner));
            }
            return;
        }
        let name = op.name(Field::Table).or_else(|| op.qualified());
        let Some(relation) = name.and_then(|name| self.db.relations.get_mut(&name)) else { return };
        relation.owner = op.name(Field::Owner);
    }

    /// DROP SCHEMA … CASCADE takes everything in it along.
    pub(super) fn drop_in_schema(&mut self, schema: &str, op: &Op<'_>) {
        let own = |name: &Name| schema_of(name) == schema && name.contains('.');
        let relations: Vec<Name> = self.db.relations.iter().map(|(name, _)| Arc::clone(name)).filter(own).collect();
        relations.iter().for_each(|name| self.take_relation(name, op));
        let routines: Vec<Name> = self.db.routines.iter().map(|(name, _)| Arc::clone(name)).filter(own).collect();
        for name in routines {
            take(&mut self.db.routines, &name, op, |routine, presence| routine.presence = presence);
        }
        let types: Vec<Name> = self.db.types.iter().map(|(name, _)| Arc::clone(name)).filter(own).collect();
        for name in types {
            take(&mut self.db.types, &name, op, |ty, presence| ty.presence = presence);
        }
        if op.doubt().is_none() {
            self.db.defaults.retain(|default| default.schema.as_deref() != Some(schema));
        }
    }

    /// ALTER SCHEMA … RENAME TO: everything in it gets another name.
    pub(super) fn rename_in_schema(&mut self, old: &str, new: &str, op: &Op<'_>) {
        let own = |name: &Name| schema_of(name) == old && name.contains('.');
        let relations: Vec<Name> = self.db.relations.iter().map(|(name, _)| Arc::clone(name)).filter(own).collect();
        for name in relations {
            self.rename_relation(&name, format!("{new}.{}", bare(&name)).into(), op);
        }
        let routines: Vec<Name> = self.db.routines.iter().map(|(name, _)| Arc::clone(name)).filter(own).collect();
        for name in routines {
            let to: Name = format!("{new}.{}", bare(&name)).into();
            if let Some(routine) = self.db.routines.get_mut(&name) {
                let own: Name = format!("{new}.{}", bare(&routine.name)).into();
                let old = std::mem::replace(&mut routine.name, Arc::clone(&own));
                self.rename_executed(&old, &own);
            }
            self.db.routines.rename(&name, to, Gone::Renamed(op.id));
        }
        let types: Vec<Name> = self.db.types.iter().map(|(name, _)| Arc::clone(name)).filter(own).collect();
        for name in types {
            let to: Name = format!("{new}.{}", bare(&name)).into();
            self.db.types.rename(&name, Arc::clone(&to), Gone::Renamed(op.id));
            self.rename_type(&name, &to, op);
        }
    }
}

/// The objects of a table.
fn of_table<T>(catalog: &crate::replay::database::Catalog<T>, table: &str, of: impl Fn(&T) -> &Name) -> Vec<Name> {
    let own = catalog.iter().filter(|(_, object)| **of(object) == *table);
    own.map(|(name, _)| Arc::clone(name)).collect()
}

/// The table and the column of OWNED BY.
fn owner(said: &str) -> Option<(Name, Name)> {
    said.rsplit_once('.').map(|(table, column)| (table.into(), column.into()))
}

fn unknown_name() -> Arc<Cause> {
    Cause::new("may be made or dropped under a name that is built at run time", "Write the statement out.")
}
