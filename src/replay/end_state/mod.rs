//! The schema at the end, as facts: each at the statement that made it so.

mod indexes;
mod others;
mod rules;

use super::Replayed;
use super::database::{Database, Name, Policy, Presence, Relation, RelationKind, Routine, bare, schema_of};
use crate::fact::{Cause, Fact, FactId, Facts, Field, Kind, State, Value};
use crate::source::Span;
use std::sync::Arc;

/// The facts of the end state, kind by kind in the order of making.
pub fn end_state(facts: &Facts, replayed: &Replayed) -> Vec<Fact> {
    let mut out = Out { facts, db: &replayed.database, made: Vec::new() };
    for (name, relation) in out.db.relations.ordered() {
        match relation.kind {
            RelationKind::Table | RelationKind::ForeignTable => out.table(name, relation),
            RelationKind::View | RelationKind::MaterializedView => out.view(name, relation),
            RelationKind::Sequence => {}
        }
        let on = if relation.kind == RelationKind::Sequence { "sequence" } else { "table" };
        out.grants(name, None, on, relation.acl.held());
    }
    for (name, schema) in out.db.schemas.ordered() {
        out.schema(name, schema);
    }
    for (name, ty) in out.db.types.ordered() {
        out.ty(name, ty);
    }
    for (name, role) in out.db.roles.ordered() {
        out.role(name, role);
    }
    for (name, extension) in out.db.extensions.ordered() {
        out.extension(name, extension);
    }
    out.db.defaults.iter().for_each(|default| out.default_privilege(default));
    for (name, index) in out.db.indexes.ordered() {
        out.index(name, index);
    }
    for (_, routine) in out.db.routines.ordered() {
        out.routine(routine);
        out.grants(&routine.name, Some(&routine.arguments), "function", routine.acl.held());
    }
    for (name, schema) in out.db.schemas.ordered() {
        out.grants(name, None, "schema", schema.acl.held());
    }
    for (name, schema) in out.db.other_schemas.ordered() {
        out.grants(name, None, "schema", schema.acl.held());
    }
    replayed.database.open_grants.iter().for_each(|by| out.open_grant(*by));
    out.made
}

struct Out<'r> {
    facts: &'r Facts,
    db: &'r Database,
    made: Vec<Fact>,
}

impl Out<'_> {
    /// A fact at the operation that made it.
    fn at(&self, kind: Kind, by: FactId) -> Fact {
        let by = self.facts.fact(by);
        let mut fact = Fact::new(kind, by.anchor);
        fact.document = by.document;
        fact
    }

    /// The place of a name in the operation that made it.
    fn span(&self, by: FactId, field: Field) -> Span {
        self.facts.get(by, field).span().unwrap_or(self.facts.fact(by).anchor)
    }

    /// A fact of a table, or of something that a table has.
    fn of_table(&self, kind: Kind, by: FactId, table: &Name) -> Fact {
        let span = self.span(by, Field::Table);
        self.at(kind, by).with(Field::Schema, schema_of(table), span).with_state(Field::Table, text(table, span))
    }

    /// A state, unless it is not sure that the object is there.
    fn sure(&self, presence: &Presence, span: Span, state: State) -> State {
        match presence {
            Presence::Certain => state,
            Presence::Perhaps(cause) => State::Unknown(span, Arc::clone(cause)),
        }
    }

    /// With the name of what may not be there.
    fn called(&self, fact: Fact, presence: &Presence, name: &str, span: Span) -> Fact {
        match presence {
            Presence::Certain => fact,
            Presence::Perhaps(_) => fact.with(Field::Called, name, span),
        }
    }

    /// With what put it into its schema.
    fn moved(&self, mut fact: Fact, name: &Name, relation: &Relation) -> Fact {
        if let Some(by) = relation.moved_by {
            let at = self.facts.fact(by).anchor;
            fact.explain(Field::Schema, at, format!("puts it into schema {}", schema_of(name)));
        }
        fact
    }

    fn table(&mut self, name: &Name, relation: &Relation) {
        if !relation.implied {
            self.table_itself(name, relation);
        }
        self.of_relation(name, relation);
    }

    fn table_itself(&mut self, name: &Name, relation: &Relation) {
        let by = relation.made_by;
        let span = self.facts.fact(by).anchor;
        let gap = span.after();
        let key = self.has_primary_key(relation, span);
        let policies = self.has_policies(relation, gap);
        let fact = self
            .of_table(Kind::Table, by, name)
            .with_state(Field::Rls, self.sure(&relation.presence, span, relation.rls.clone()))
            .with_state(Field::Forced, self.sure(&relation.presence, span, relation.forced.clone()))
            .with_state(Field::HasPolicies, self.sure(&relation.presence, span, policies));
        let fact = self.called(fact, &relation.presence, bare(name), span);
        let fact = self.moved(with_owner(fact, relation.owner.as_ref(), span), name, relation);
        let others = [
            (Field::Traits, &relation.traits),
            (Field::Bound, &relation.bound),
            (Field::PartitionedBy, &relation.partitioned_by),
        ];
        let fact = with_those_there(fact, &others);
        let fact = if relation.open.is_some() { fact.with(Field::Open, true, span) } else { fact };
        // a foreign table cannot have a key
        let fact = match relation.kind {
            RelationKind::Table => fact.with_state(Field::PrimaryKey, self.sure(&relation.presence, span, key)),
            _ => fact,
        };
        self.made.push(match &relation.partition_of {
            Some(parent) => fact.with_state(Field::Parent, text(parent, span)),
            None => fact,
        });
    }

    /// What a table has.
    fn of_relation(&mut self, name: &Name, relation: &Relation) {
        for (at, column) in relation.columns.iter().enumerate() {
            let position = State::Stated(Value::Number(at as i64 + 1), self.span(column.made_by, Field::Column));
            let fact = self.of_table(Kind::Column, column.made_by, name);
            let at = self.span(column.made_by, Field::Column);
            let fact = fact
                .with_state(Field::Name, self.sure(&column.presence, at, text(&column.name, at)))
                .with_state(Field::ColumnType, column.ty.clone())
                .with_state(Field::Nullable, column.nullable.clone())
                .with_state(Field::Position, position);
            let others = [
                (Field::Modifier, &column.modifier),
                (Field::Definition, &column.definition),
                (Field::Generated, &column.generated),
                (Field::Identity, &column.identity),
                (Field::Traits, &column.traits),
            ];
            let fact = self.called(with_those_there(fact, &others), &column.presence, &column.name, at);
            self.made.push(fact);
        }
        for constraint in relation.constraints.iter().filter(|constraint| constraint.kind == "foreign-key") {
            let at = self.facts.fact(constraint.made_by).anchor;
            let indexed = State::Stated(Value::Bool(self.is_indexed(name, &constraint.columns)), at);
            let mut fact = self
                .of_table(Kind::ForeignKey, constraint.made_by, name)
                .with_state(Field::Name, self.sure(&constraint.presence, at, text(&constraint.name, at)))
                .with_state(Field::Columns, list(&constraint.columns, at))
                .with_state(Field::Indexed, self.doubted("index", &constraint.presence, at, indexed));
            fact = self.called(fact, &constraint.presence, &constraint.name, at);
            if let Some(other) = &constraint.references {
                fact =
                    fact.with_state(Field::References, text(other, self.span(constraint.made_by, Field::References)));
            }
            if !constraint.referenced.is_empty() {
                fact = fact.with_state(Field::ReferencedColumns, list(&constraint.referenced, at));
            }
            let fact = with_those_there(fact, &[(Field::Traits, &constraint.traits)]);
            let deletes = self.facts.get(constraint.made_by, Field::OnDelete);
            self.made.push(fact.with_state(Field::OnDelete, deletes.clone()));
        }
        let others = relation.constraints.iter().filter(|constraint| constraint.kind != "foreign-key");
        others.for_each(|constraint| self.constraint(name, constraint));
        relation.triggers.iter().for_each(|trigger| self.trigger(name, trigger));
        relation.policies.iter().for_each(|policy| self.policy(name, relation, policy));
    }

    /// A state that something unknown may have changed where it is `false`.
    fn doubted(&self, family: &str, presence: &Presence, span: Span, state: State) -> State {
        match self.db.doubts.get(family) {
            Some(cause) if state.value() == Some(&Value::Bool(false)) => State::Unknown(span, Arc::clone(cause)),
            _ => self.sure(presence, span, state),
        }
    }

    fn has_primary_key(&self, relation: &Relation, span: Span) -> State {
        let own = |relation: &Relation| relation.constraints.iter().any(|constraint| constraint.kind == "primary-key");
        let parent = relation.partition_of.as_ref().and_then(|parent| self.db.relations.get(parent));
        if own(relation) || parent.is_some_and(own) {
            return State::Stated(Value::Bool(true), span);
        }
        // LIKE may bring a key along; what a query makes, or a parent, has none
        let copied = self.facts.get(relation.made_by, Field::Contents).text() == Some("like-including");
        match relation.open.as_ref().filter(|_| copied).or_else(|| self.db.doubts.get("constraint")) {
            Some(cause) => State::Unknown(span, Arc::clone(cause)),
            None => State::Defaulted(Value::Bool(false), span.after()),
        }
    }

    fn has_policies(&self, relation: &Relation, gap: Span) -> State {
        let sure = relation.policies.iter().find(|policy| policy.presence == Presence::Certain);
        let perhaps = relation.policies.first().map(|policy| &policy.presence);
        match (sure, perhaps, self.db.doubts.get("policy")) {
            (Some(policy), ..) => State::Stated(Value::Bool(true), self.facts.fact(policy.made_by).anchor),
            (None, Some(Presence::Perhaps(cause)), _) | (None, _, Some(cause)) => {
                State::Unknown(gap, Arc::clone(cause))
            }
            _ => State::Defaulted(Value::Bool(false), gap),
        }
    }

    /// One fact for each role of a policy.
    fn policy(&mut self, table: &Name, relation: &Relation, policy: &Policy) {
        let at = self.span(policy.made_by, Field::Name);
        let roles: Vec<State> = match &policy.roles {
            State::Stated(Value::List(roles), span) => {
                roles.iter().map(|role| State::Stated(role.clone(), *span)).collect()
            }
            State::Defaulted(Value::List(roles), span) => {
                roles.iter().map(|role| State::Defaulted(role.clone(), *span)).collect()
            }
            State::Absent(gap) => vec![State::Defaulted("public".into(), gap.unwrap_or(at))],
            other => vec![other.clone()],
        };
        for role in roles {
            let fact = self.of_table(Kind::RlsPolicy, policy.changed_by, table);
            let fact = fact
                .with_state(Field::Name, text(&policy.name, at))
                .with_state(Field::Role, self.sure(&policy.presence, at, role))
                .with_state(Field::Command, policy.command.clone())
                .with_state(Field::Permissive, policy.permissive.clone())
                .with_state(Field::Using, policy.using.clone())
                .with_state(Field::Check, policy.check.clone())
                .with_state(Field::Rls, relation.rls.clone());
            let others = [
                (Field::UsingDefinition, &policy.using_definition),
                (Field::CheckDefinition, &policy.check_definition),
                (Field::Calls, &policy.calls),
                (Field::Keys, &policy.keys),
            ];
            let fact = self.called(with_those_there(fact, &others), &policy.presence, &policy.name, at);
            self.made.push(fact);
        }
    }

    fn view(&mut self, name: &Name, relation: &Relation) {
        let by = relation.made_by;
        let span = self.span(by, Field::Name);
        let mut fact = self
            .at(Kind::View, by)
            .with(Field::Schema, schema_of(name), span)
            .with(Field::Name, bare(name), span)
            .with_state(Field::Table, text(name, span));
        if relation.kind == RelationKind::View {
            fact.set(Field::SecurityInvoker, self.sure(&relation.presence, span, relation.invoker.clone()));
        }
        if !relation.reads.is_empty() {
            fact.set(Field::Reads, list(&relation.reads, span));
        }
        let reads_rls = self.reads_rls(relation, span);
        fact.set(Field::ReadsRls, reads_rls);
        let fact = self.called(fact, &relation.presence, bare(name), span);
        let fact = self.moved(with_owner(fact, relation.owner.as_ref(), span), name, relation);
        let others = [
            (Field::Definition, &relation.definition),
            (Field::Columns, &relation.called),
            (Field::Traits, &relation.traits),
        ];
        self.made.push(with_those_there(fact, &others));
    }

    /// Whether a view reads a table with row level security, itself or through another view.
    fn reads_rls(&self, relation: &Relation, span: Span) -> State {
        let (mut seen, mut ahead, mut unknown): (Vec<&Name>, Vec<&Name>, Option<Arc<Cause>>) =
            (Vec::new(), relation.reads.iter().collect(), None);
        while let Some(name) = ahead.pop() {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let Some(other) = self.db.relations.get(name) else {
                unknown.get_or_insert_with(|| {
                    Cause::new("reads what no migration here makes", "Add the migration that makes it.")
                });
                continue;
            };
            match &other.rls {
                State::Unknown(_, cause) => _ = unknown.get_or_insert_with(|| Arc::clone(cause)),
                state if state.value() == Some(&Value::Bool(true)) => return State::Stated(Value::Bool(true), span),
                _ => {}
            }
            // an invoker's view is asked with the same rights
            ahead.extend(&other.reads);
        }
        match unknown {
            Some(cause) => State::Unknown(span, cause),
            None => State::Stated(Value::Bool(false), span),
        }
    }

    fn routine(&mut self, routine: &Routine) {
        let by = routine.made_by;
        let span = self.span(by, Field::Name);
        let mut callers: Vec<Name> = routine.acl.built_in.iter().map(|_| Name::from("public")).collect();
        for held in routine.acl.held() {
            if !callers.contains(&held.grantee) {
                callers.push(Arc::clone(&held.grantee));
            }
        }
        let callers = match self.db.doubts.get("grant").or(routine.acl.doubt.as_ref()) {
            Some(cause) => State::Unknown(span, Arc::clone(cause)),
            None => list(&callers, span),
        };
        let fact = self
            .at(Kind::Function, by)
            .with(Field::Schema, schema_of(&routine.name), span)
            .with(Field::Name, bare(&routine.name), span)
            .with_state(Field::Arguments, text(&routine.arguments, span))
            .with_state(Field::SecurityDefiner, self.sure(&routine.presence, span, routine.definer.clone()))
            .with_state(Field::SearchPath, routine.search_path.clone())
            .with_state(Field::Returns, self.facts.get(by, Field::Returns).clone())
            .with_state(Field::ExecutableBy, callers)
            .with_state(Field::Language, self.facts.get(by, Field::Language).clone());
        let closed = routine.acl.closed_to("execute");
        let closed = if closed.is_empty() { State::Absent(None) } else { list(&closed, span) };
        let others = [
            (Field::ClosedTo, &closed),
            (Field::Volatility, &routine.volatility),
            (Field::Definition, &routine.definition),
            (Field::Parameters, self.facts.get(by, Field::Parameters)),
            (Field::Traits, &routine.traits),
            (Field::Settings, &routine.settings),
        ];
        let fact = with_owner(fact, routine.owner.as_ref(), span);
        let fact = self.called(fact, &routine.presence, bare(&routine.name), span);
        self.made.push(with_those_there(fact, &others));
    }
}

/// With the fields that are not absent: most objects have few of those that they can have.
fn with_those_there(fact: Fact, fields: &[(Field, &State)]) -> Fact {
    let there = fields.iter().filter(|(_, state)| !matches!(state, State::Absent(_)));
    there.fold(fact, |fact, (field, state)| fact.with_state(*field, (*state).clone()))
}

fn with_owner(fact: Fact, owner: Option<&Name>, span: Span) -> Fact {
    match owner {
        Some(owner) => fact.with_state(Field::Owner, text(owner, span)),
        None => fact,
    }
}

fn text(name: &Name, span: Span) -> State {
    State::Stated(Value::Text(Arc::clone(name)), span)
}

fn list(names: &[Name], span: Span) -> State {
    State::Stated(Value::List(names.iter().map(|name| Value::Text(Arc::clone(name))).collect()), span)
}

fn perhaps_granted() -> Arc<Cause> {
    Cause::new("is granted or revoked under a condition", "Write the statement without a condition.")
}
