//! Views.

use super::{Op, Replay};
use crate::fact::Field;
use crate::fact::State;
use crate::replay::database::{Presence, RelationKind, schema_of};

impl Replay {
    /// Operations on views.
    pub(super) fn view_operation(&mut self, op: &Op<'_>) -> bool {
        match op.is {
            "create_view" => self.create_view(op, RelationKind::View),
            "create_materialized_view" => self.create_view(op, RelationKind::MaterializedView),
            "alter_view" => self.alter_view(op),
            "drop_view" => self.drop_named(op, RelationKind::View),
            _ => return false,
        }
        true
    }

    fn create_view(&mut self, op: &Op<'_>, kind: RelationKind) {
        let Some(name) = op.qualified().filter(|name| !name.starts_with("pg_temp.")) else { return };
        let found = self.relation(&name).owned();
        self.finds(op, Field::Target, "table", found.borrowed());
        let reads = op.names(Field::Reads).unwrap_or_default();
        if let Some(relation) = self.db.relations.get_mut(&name).filter(|own| !own.implied) {
            if op.doubt().is_none() {
                relation.presence = Presence::Certain;
            }
            // OR REPLACE gives it new options, too
            if op.is_true(Field::OrReplace) {
                relation.made_by = op.id;
                relation.invoker = op.gives(&relation.invoker, op.state(Field::SecurityInvoker).clone());
                relation.reads = reads;
                relation.definition = op.gives(&relation.definition, op.state(Field::Definition).clone());
                relation.traits = op.gives(&relation.traits, super::traits::changed(&State::Absent(None), op));
                relation.called = op.gives(&relation.called, op.state(Field::Columns).clone());
            }
            return;
        }
        let mut relation = self.new_relation(op, kind, schema_of(&name));
        if !matches!(op.state(Field::SecurityInvoker), State::Absent(_)) {
            relation.invoker = op.state(Field::SecurityInvoker).clone();
        }
        relation.reads = reads;
        relation.open = Some(super::heirs::not_written());
        relation.definition = op.state(Field::Definition).clone();
        relation.traits = super::traits::changed(&State::Absent(None), op);
        relation.called = op.state(Field::Columns).clone();
        self.db.relations.insert(name, relation);
    }

    fn alter_view(&mut self, op: &Op<'_>) {
        let Some(name) = op.qualified() else { return };
        let found = self.relation(&name).owned();
        self.finds(op, Field::Target, "table", found.borrowed());
        if let Some(relation) = self.db.relations.get_mut(&name)
            && matches!(op.state(Field::SecurityInvoker), State::Stated(..))
        {
            relation.invoker = op.gives(&relation.invoker, op.state(Field::SecurityInvoker).clone());
        }
        if let Some(relation) = self.db.relations.get_mut(&name) {
            relation.traits = super::traits::changed(&relation.traits, op);
        }
        if let Some(new) = op.new_name(&name) {
            self.rename_relation(&name, new, op);
        }
    }
}
