//! Facts of the end state, read into the model.

use super::{
    Column, Constraint, Definition, ForeignKey, Function, Index, KINDS, Role, Schema, Table, Trigger, Type, VERSION,
    View, one_line,
};
use crate::fact::{Cause, Fact, FactId, Facts, Field, Kind, State, Value};
use std::sync::Arc;

/// What may be otherwise at the end of migrations.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// The history at whose end.
    pub history: Option<Arc<str>>,
    /// A family of objects.
    pub family: &'static str,
    /// Why.
    pub cause: Arc<Cause>,
}

/// The kind of document whose facts make up a schema: what an export of a database says is no end of migrations.
const MIGRATION: &str = "migration";

/// Reads one fact into the model.
struct Reader<'f> {
    fact: &'f Fact,
    unknown: Vec<String>,
}

impl Schema {
    /// The schema at the end of the migrations of one history: by the facts of the end state in `facts`. `place` gives path
    /// and line of a fact.
    pub fn of<'f>(
        facts: impl Iterator<Item = (&'f Facts, &'f [Doubt])>,
        history: Option<&str>,
        place: impl Fn(&Fact) -> String,
    ) -> Self {
        let mut schema = Self { version: VERSION, ..Self::default() };
        for (facts, doubts) in facts {
            for doubt in doubts.iter().filter(|doubt| doubt.history.as_deref() == history) {
                schema.doubts.entry(doubt.family.to_owned()).or_insert_with(|| doubt.cause.reason.clone());
            }
            let of_history = |id: &FactId| {
                let document = facts.document(*id);
                document.kind == MIGRATION && document.history.as_ref().map(|history| &*history.of) == history
            };
            let operations = facts.of_kind(Kind::Operation).iter().filter(|id| of_history(id));
            schema.not_compared.extend(operations.filter_map(|id| not_compared(facts, *id)));
            for kind in KINDS {
                let of_kind = facts.of_kind(*kind).iter();
                for id in of_kind.filter(|id| of_history(id)) {
                    schema.add(facts.fact(*id), &place);
                }
            }
        }
        let doubted = schema.doubted().into_iter().map(|(families, reason)| format!("{families}: {reason}"));
        schema.unknown.extend(doubted.collect::<Vec<_>>());
        schema.unknown.sort();
        schema.unknown.dedup();
        schema
    }

    fn add(&mut self, fact: &Fact, place: &impl Fn(&Fact) -> String) {
        let mut reader = Reader { fact, unknown: Vec::new() };
        self.take(&mut reader, place);
        let named = |reason: &String| format!("{}: {} {reason}", place(fact), fact.kind.def().name.replace('_', " "));
        self.unknown.extend(reader.unknown.iter().map(named));
    }

    fn take(&mut self, reader: &mut Reader<'_>, place: &impl Fn(&Fact) -> String) {
        let fact = reader.fact;
        let (table, name) = (reader.text(Field::Table), reader.text(Field::Name));
        if let Some(called) = reader.text(Field::Called) {
            self.perhaps.insert(object(fact.kind, reader, table.as_deref(), &called));
        }
        match (fact.kind, table, name) {
            (Kind::Table, Some(table), _) => {
                let own = self.tables.entry(table).or_default();
                own.made_at = Some(place(fact));
                own.row_level_security = reader.flag(Field::Rls);
                own.forced = reader.flag(Field::Forced);
                own.primary_key = reader.flag(Field::PrimaryKey);
                own.partition_of = reader.text(Field::Parent);
                own.owner = reader.text(Field::Owner);
                own.open = reader.flag(Field::Open).unwrap_or(false);
            }
            (Kind::View, Some(view), _) => {
                let reads = reader.names(Field::Reads).unwrap_or_default();
                let security_invoker = reader.flag(Field::SecurityInvoker);
                let query = reader.definition(Field::Definition).unwrap_or_default();
                self.views.insert(view, View { security_invoker, owner: reader.text(Field::Owner), reads, query });
            }
            (Kind::Function, _, Some(name)) => self.function(reader, &name),
            (Kind::Type, _, Some(name)) => {
                let schema = reader.text(Field::Schema).unwrap_or_else(|| "public".into());
                self.types.insert(format!("{schema}.{name}"), Type { labels: reader.names(Field::Labels) });
            }
            (Kind::Role, _, Some(name)) => {
                let [login, superuser, bypass_rls] =
                    [Field::Login, Field::Superuser, Field::BypassRls].map(|field| reader.flag(field));
                self.roles.insert(name, Role { login, superuser, bypass_rls });
            }
            (Kind::Extension, _, Some(name)) => _ = self.extensions.insert(name, reader.text(Field::Schema)),
            (Kind::Schema, _, Some(name)) => _ = self.schemas.insert(name),
            (Kind::Grant, table, name) => self.grant(reader, table, name),
            (Kind::DefaultPrivilege, ..) => self.default_privilege(reader),
            (_, Some(table), Some(name)) => reader.of_table(self.tables.entry(table).or_default(), name),
            _ => {}
        }
    }

    fn function(&mut self, reader: &mut Reader<'_>, name: &str) {
        let schema = reader.text(Field::Schema).unwrap_or_else(|| "public".into());
        let arguments = reader.text(Field::Arguments).unwrap_or_default();
        let function = Function {
            security_definer: reader.flag(Field::SecurityDefiner),
            search_path: reader.text(Field::SearchPath),
            returns: reader.text(Field::Returns),
            executable_by: reader.names(Field::ExecutableBy),
            owner: reader.text(Field::Owner),
            language: reader.text(Field::Language),
            volatility: reader.text(Field::Volatility),
            body: reader.definition(Field::Definition).unwrap_or_default(),
        };
        self.functions.insert(format!("{schema}.{name}({arguments})"), function);
    }

    fn grant(&mut self, reader: &mut Reader<'_>, table: Option<String>, name: Option<String>) {
        let schema = reader.text(Field::Schema);
        let object = match (table, name, schema) {
            (Some(table), ..) => table,
            (None, Some(name), Some(schema)) => {
                let arguments = reader.text(Field::Arguments).map(|own| format!("({own})")).unwrap_or_default();
                format!("function {schema}.{name}{arguments}")
            }
            (None, None, Some(schema)) => format!("schema {schema}"),
            _ => return,
        };
        let columns = if reader.text(Field::ObjectKind).as_deref() == Some("column") { " (some columns)" } else { "" };
        let (Some(privilege), Some(grantee)) = (reader.text(Field::Privilege), reader.text(Field::Grantee)) else {
            return;
        };
        if reader.flag(Field::GrantOption) == Some(true) {
            let option = format!("grant option for {privilege} on {object}{columns}");
            add_role(self.grants.entry(option).or_default(), grantee.clone());
        }
        add_role(self.grants.entry(format!("{privilege} on {object}{columns}")).or_default(), grantee);
    }

    fn default_privilege(&mut self, reader: &mut Reader<'_>) {
        let (Some(privilege), Some(kind), Some(grantee)) =
            (reader.text(Field::Privilege), reader.text(Field::ObjectKind), reader.text(Field::Grantee))
        else {
            return;
        };
        let schema = reader.text(Field::Schema).map(|schema| format!(" in {schema}")).unwrap_or_default();
        add_role(self.default_privileges.entry(format!("{privilege} on every {kind}{schema}")).or_default(), grantee);
    }
}

/// What an operation makes that a comparison does not look at.
fn not_compared(facts: &Facts, id: FactId) -> Option<&'static str> {
    let is = facts.get(id, Field::Is).text()?;
    let kind = facts.get(id, Field::ObjectKind).text();
    match (is, kind) {
        ("create_sequence", _) => Some("sequences"),
        ("create_rule", _) => Some("rules"),
        ("comment", _) => Some("comments"),
        ("security_label", _) => Some("security labels"),
        ("create_event_trigger", _) => Some("event triggers"),
        ("create_publication" | "create_subscription", _) => Some("publications and subscriptions"),
        ("grant" | "revoke", Some("role")) => Some("membership in roles"),
        ("grant" | "revoke", Some("column")) => Some("which columns a privilege is on"),
        ("create_other" | "alter_other", Some(kind)) => {
            NOT_COMPARED.iter().find(|(own, _)| *own == kind).map(|(_, name)| *name)
        }
        _ => None,
    }
}

/// Other kinds of objects that a comparison does not look at, by their word.
const NOT_COMPARED: &[(&str, &str)] = &[
    ("rule", "rules"),
    ("aggregate", "aggregates"),
    ("operator", "operators"),
    ("operator-class", "operator classes"),
    ("operator-family", "operator classes"),
    ("cast", "casts"),
    ("collation", "collations"),
    ("conversion", "conversions"),
    ("language", "languages"),
    ("foreign-server", "foreign servers"),
    ("user-mapping", "foreign servers"),
    ("foreign-data-wrapper", "foreign servers"),
    ("statistics", "statistics"),
    ("text-search", "text search"),
    ("transform", "transforms"),
    ("access-method", "access methods"),
];

fn add_role(roles: &mut Vec<String>, role: String) {
    if let Err(at) = roles.binary_search(&role) {
        roles.insert(at, role);
    }
}

/// An object that may not be there, as a comparison names it.
fn object(kind: Kind, reader: &mut Reader<'_>, table: Option<&str>, called: &str) -> String {
    let of = table.unwrap_or("?");
    match kind {
        Kind::Column => format!("column {of}.{called}"),
        Kind::Index => format!("index {called} on {of}"),
        Kind::ForeignKey => format!("foreign key {called} of {of}"),
        Kind::Constraint => format!("constraint {called} of {of}"),
        Kind::Trigger => format!("trigger {called} on {of}"),
        Kind::RlsPolicy => format!("policy {called} on {of}"),
        Kind::Table => format!("table {of}"),
        Kind::View => format!("view {of}"),
        Kind::Role => format!("role {called}"),
        Kind::Schema => format!("schema {called}"),
        Kind::Extension => format!("extension {called}"),
        _ => {
            let schema = reader.text(Field::Schema).unwrap_or_else(|| "public".into());
            match kind {
                Kind::Function => {
                    let arguments = reader.text(Field::Arguments).unwrap_or_default();
                    format!("function {schema}.{called}({arguments})")
                }
                _ => format!("{} {schema}.{called}", kind.def().name),
            }
        }
    }
}

impl Reader<'_> {
    /// Something that a table has.
    fn of_table(&mut self, table: &mut Table, name: String) {
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
                table.triggers.insert(name, Trigger { executes, definition });
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

    fn column(&mut self) -> Column {
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
        }
    }

    /// An expression or a body; one that is not known is there all the same.
    fn definition(&mut self, field: Field) -> Option<Definition> {
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
    fn value(&mut self, field: Field) -> Option<&Value> {
        let state = self.fact.own(field)?;
        if let State::Unknown(_, cause) = state {
            self.unknown.push(cause.reason.clone());
        }
        state.value()
    }

    fn text(&mut self, field: Field) -> Option<String> {
        match self.value(field)? {
            Value::Text(text) => Some(one_line(text)),
            Value::Word(word) => Some((*word).to_owned()),
            _ => None,
        }
    }

    fn flag(&mut self, field: Field) -> Option<bool> {
        match self.value(field)? {
            Value::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    fn names(&mut self, field: Field) -> Option<Vec<String>> {
        let Value::List(items) = self.value(field)? else { return None };
        let name = |item: &Value| match item {
            Value::Text(text) => Some(one_line(text)),
            _ => None,
        };
        Some(items.iter().filter_map(name).collect())
    }
}
