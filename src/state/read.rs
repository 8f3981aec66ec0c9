//! Facts of the end state, read into the model.

use super::{
    Column, Constraint, Definition, ForeignKey, Function, Index, KINDS, Role, Schema, Table, Trigger, Type, VERSION,
    View, not_compared, one_line,
};
use crate::document::sql::described;
use crate::fact::{Cause, Fact, FactId, Facts, Field, Kind, State, Value};
use crate::replay::names::chosen;
use crate::source::Secret;
use std::collections::{BTreeMap, BTreeSet};
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
        let mut of_views = BTreeSet::new();
        for (facts, doubts) in facts {
            for doubt in doubts.iter().filter(|doubt| doubt.history.as_deref() == history) {
                schema.doubts.entry(doubt.family.to_owned()).or_insert_with(|| doubt.cause.reason.clone());
            }
            let of_history = |id: &FactId| {
                let document = facts.document(*id);
                document.kind == MIGRATION && document.history.as_ref().map(|history| &*history.of) == history
            };
            let operations = facts.of_kind(Kind::Operation).iter().filter(|id| of_history(id));
            let defaults = operations.clone().filter(|id| facts.get(**id, Field::Is).text() == Some("set_default"));
            of_views.extend(defaults.filter_map(|id| facts.get(*id, Field::Table).text().map(one_line)));
            schema.not_compared.extend(operations.filter_map(|id| not_compared::of(facts, *id)).map(str::to_owned));
            for kind in KINDS {
                let of_kind = facts.of_kind(*kind).iter();
                for id in of_kind.filter(|id| of_history(id)) {
                    schema.add(facts.fact(*id), &place);
                }
            }
        }
        schema.not_compared.extend(
            of_views.iter().any(|name| schema.views.contains_key(name)).then(|| not_compared::OF_VIEWS.to_owned()),
        );
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
                own.bound = reader.definition(Field::Bound);
                own.partitioned_by = reader.definition(Field::PartitionedBy);
                own.traits = reader.names(Field::Traits).unwrap_or_default();
                own.open = reader.flag(Field::Open).unwrap_or(false);
            }
            (Kind::View, Some(view), _) => {
                let reads = reader.names(Field::Reads).unwrap_or_default();
                let security_invoker = reader.flag(Field::SecurityInvoker);
                let query = reader.definition(Field::Definition).unwrap_or_default();
                let columns = reader.names(Field::Columns).unwrap_or_default();
                let traits = reader.names(Field::Traits).unwrap_or_default();
                let owner = reader.text(Field::Owner);
                self.views.insert(view, View { security_invoker, owner, reads, columns, traits, query });
            }
            (Kind::Function, _, Some(name)) => self.function(reader, &name),
            (Kind::Type, _, Some(name)) => {
                let schema = reader.text(Field::Schema).unwrap_or_else(|| "public".into());
                let ty = Type { labels: reader.names(Field::Labels), ..reader.ty() };
                self.types.insert(format!("{schema}.{name}"), ty);
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
            (Kind::Index, Some(table), Some(name)) => {
                reader.of_table(self.tables.entry(table.clone()).or_default(), name.clone());
                let index = self.tables.get_mut(&table).and_then(|table| table.indexes.get_mut(&name));
                if let Some(traits) = index.and_then(|index| index.traits.as_mut()) {
                    let count = traits.len();
                    traits.retain(|word| !word.starts_with("with ") && !word.starts_with("tablespace "));
                    if traits.len() < count {
                        self.not_compared.insert(not_compared::STORAGE.to_owned());
                    }
                }
            }
            (_, Some(table), Some(name)) => reader.of_table(self.tables.entry(table).or_default(), name),
            _ => {}
        }
    }

    fn function(&mut self, reader: &mut Reader<'_>, name: &str) {
        let schema = reader.text(Field::Schema).unwrap_or_else(|| "public".into());
        let arguments = reader.text(Field::Arguments).unwrap_or_default();
        let parameters = reader.parameters();
        let shown = parameters.iter().map(|own| one_line(&own.shown)).collect();
        let defaults = parameters.into_iter().enumerate().filter_map(|(at, own)| Some((at + 1, own.default?)));
        let defaults = defaults.map(|(at, text)| (at, Definition::new(Secret::new(&text)))).collect();
        let language = reader.text(Field::Language);
        let body = reader.definition(Field::Definition).unwrap_or_default();
        let is_sql = matches!(language.as_deref(), Some("sql" | "plpgsql"));
        let function = Function {
            parameters: shown,
            defaults,
            traits: reader.names(Field::Traits).unwrap_or_default(),
            settings: reader.settings(),
            security_definer: reader.flag(Field::SecurityDefiner),
            search_path: reader.text(Field::SearchPath),
            returns: reader.text(Field::Returns),
            executable_by: reader.names(Field::ExecutableBy),
            owner: reader.text(Field::Owner),
            language,
            volatility: reader.text(Field::Volatility),
            body: if is_sql { body } else { body.of_another_language() },
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
        let columns = reader.names(Field::Columns).unwrap_or_default();
        let (Some(privilege), Some(grantee)) = (reader.text(Field::Privilege), reader.text(Field::Grantee)) else {
            return;
        };
        let option = reader.flag(Field::GrantOption) == Some(true);
        let places: Vec<String> = match columns.is_empty() {
            true => vec![privilege],
            false => columns.iter().map(|column| format!("{privilege} ({column})")).collect(),
        };
        for place in places {
            if option {
                let option = format!("grant option for {place} on {object}");
                add_role(self.grants.entry(option).or_default(), grantee.clone());
            }
            add_role(self.grants.entry(format!("{place} on {object}")).or_default(), grantee.clone());
        }
    }

    fn default_privilege(&mut self, reader: &mut Reader<'_>) {
        let (Some(privilege), Some(kind), Some(grantee)) =
            (reader.text(Field::Privilege), reader.text(Field::ObjectKind), reader.text(Field::Grantee))
        else {
            return;
        };
        let schema = reader.text(Field::Schema).map(|schema| format!(" in {schema}")).unwrap_or_default();
        if reader.flag(Field::GrantOption) == Some(true) {
            let option = format!("grant option for {privilege} on every {kind}{schema}");
            add_role(self.default_privileges.entry(option).or_default(), grantee.clone());
        }
        add_role(self.default_privileges.entry(format!("{privilege} on every {kind}{schema}")).or_default(), grantee);
    }
}

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
            traits: self.names(Field::Traits).unwrap_or_default(),
        }
    }

    /// What a type is made of.
    fn ty(&mut self) -> Type {
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
    fn parameters(&mut self) -> Vec<described::Parameter> {
        match self.value(Field::Parameters) {
            Some(Value::Secret(text)) => text.ask(described::parameters),
            _ => Vec::new(),
        }
    }

    /// The settings of a routine, by name; each value as a constant.
    fn settings(&mut self) -> BTreeMap<String, Definition> {
        let settings = self.secrets(Field::Settings);
        let divided = settings.iter().filter_map(|setting| {
            setting.ask(|text| {
                let (name, value) = text.split_once('=')?;
                Some((one_line(name), Definition::new(Secret::new(value))))
            })
        });
        divided.collect()
    }

    fn secrets(&mut self, field: Field) -> Vec<Secret> {
        let Some(Value::List(items)) = self.value(field) else { return Vec::new() };
        let secret = |item: &Value| match item {
            Value::Secret(secret) => Some(secret.clone()),
            _ => None,
        };
        items.iter().filter_map(secret).collect()
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
