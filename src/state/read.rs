//! Facts of the end state, read into the model.

use super::{Definition, Function, KINDS, Role, Schema, Type, VERSION, View, not_compared, one_line};
use crate::fact::{Cause, Fact, FactId, Facts, Field, Kind};
use crate::source::Secret;
use std::collections::BTreeSet;
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
pub(super) struct Reader<'f> {
    pub fact: &'f Fact,
    pub unknown: Vec<String>,
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
