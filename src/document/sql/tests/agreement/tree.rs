//! What sqlparser's trees say, in the words of the vocabulary: `drop_column public.t.a`.

use super::deep;
use sqlparser::ast::*;

pub(super) fn ident(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_ascii_lowercase() }
}

fn parts(name: &ObjectName) -> Vec<String> {
    name.0.iter().filter_map(|part| part.as_ident()).map(ident).collect()
}

/// Schema and name.
pub(super) fn full(name: &ObjectName) -> String {
    let parts = parts(name);
    match parts.as_slice() {
        [.., schema, name] => format!("{schema}.{name}"),
        [name] => format!("public.{name}"),
        [] => String::new(),
    }
}

pub(super) fn last(name: &ObjectName) -> String {
    parts(name).pop().unwrap_or_default()
}

/// An operation on one object.
fn one(is: &str, object: String) -> Option<Vec<String>> {
    Some(vec![format!("{is} {object}")])
}

/// An operation on each object.
fn each(is: &str, objects: Vec<String>) -> Option<Vec<String>> {
    Some(objects.iter().map(|object| format!("{is} {object}")).collect())
}

/// What sqlparser says that a statement does; none where it says nothing that can be compared.
pub(super) fn parsed(statement: &Statement) -> Option<Vec<String>> {
    removed(statement).or_else(|| created(statement)).or_else(|| changed(statement))
}

fn removed(statement: &Statement) -> Option<Vec<String>> {
    match statement {
        Statement::Drop { object_type, names, .. } => dropped(object_type, names),
        Statement::DropFunction(drop) => {
            each("drop_function", drop.func_desc.iter().map(|one| full(&one.name)).collect())
        }
        Statement::DropProcedure { proc_desc, .. } => {
            each("drop_procedure", proc_desc.iter().map(|one| full(&one.name)).collect())
        }
        Statement::DropDomain(drop) => one("drop_type", full(&drop.name)),
        Statement::DropPolicy(drop) => {
            one("drop_policy", format!("{} on {}", ident(&drop.name), full(&drop.table_name)))
        }
        Statement::DropTrigger(drop) => {
            one("drop_trigger", format!("{} on {}", last(&drop.trigger_name), full(drop.table_name.as_ref()?)))
        }
        Statement::DropExtension(drop) => each("drop_extension", drop.names.iter().map(ident).collect()),
        Statement::Truncate(truncate) => {
            each("truncate", truncate.table_names.iter().map(|target| full(&target.name)).collect())
        }
        _ => None,
    }
}

fn created(statement: &Statement) -> Option<Vec<String>> {
    match statement {
        Statement::CreateTable(create) if create.temporary => table(create, &format!("pg_temp.{}", last(&create.name))),
        Statement::CreateTable(create) => table(create, &full(&create.name)),
        Statement::CreateView(create) => {
            one(if create.materialized { "create_materialized_view" } else { "create_view" }, full(&create.name))
        }
        Statement::CreateIndex(create) => Some(vec![deep::index(create)]),
        Statement::CreatePolicy(create) => Some(vec![deep::policy(create)]),
        Statement::CreateFunction(create) => Some(vec![deep::function(create)]),
        Statement::CreateProcedure { name, .. } => one("create_procedure", full(name)),
        Statement::CreateTrigger(create) => {
            one("create_trigger", format!("{} on {}", last(&create.name), full(&create.table_name)))
        }
        Statement::CreateSequence { name, .. } => one("create_sequence", full(name)),
        Statement::CreateType { name, .. } => one("create_type", full(name)),
        Statement::CreateDomain(create) => one("create_type", full(&create.name)),
        Statement::CreateExtension(create) => {
            let schema = create.schema.as_ref().map(|schema| ident(schema) + ".").unwrap_or_default();
            one("create_extension", schema + &ident(&create.name))
        }
        Statement::CreateRole(create) => each("create_role", create.names.iter().map(last).collect()),
        Statement::CreateSchema {
            schema_name: SchemaName::Simple(name) | SchemaName::NamedAuthorization(name, _),
            ..
        } => one("create_schema", last(name)),
        _ => None,
    }
}

fn changed(statement: &Statement) -> Option<Vec<String>> {
    match statement {
        Statement::AlterTable(alter) => {
            let actions = alter.operations.iter().map(|operation| action(&full(&alter.name), operation));
            actions.collect::<Option<Vec<_>>>().map(|lists| lists.into_iter().flatten().collect())
        }
        Statement::AlterPolicy(alter) => {
            one("alter_policy", format!("{} on {}", ident(&alter.name), full(&alter.table_name)))
        }
        Statement::AlterIndex { name, .. } => one("alter_index", full(name)),
        Statement::AlterType(alter) => one(
            match alter.operation {
                AlterTypeOperation::AddValue(_) => "add_enum_value",
                AlterTypeOperation::RenameValue(_) => "rename_enum_value",
                AlterTypeOperation::Rename(_) => "alter_type",
            },
            full(&alter.name),
        ),
        Statement::AlterFunction(alter) => altered_function(alter),
        Statement::AlterRole { name, .. } => one("alter_role", ident(name)),
        Statement::Grant(grant) => privileges("grant", &grant.privileges, grant.objects.as_ref()?, &grant.grantees),
        Statement::Revoke(revoke) => {
            privileges("revoke", &revoke.privileges, revoke.objects.as_ref()?, &revoke.grantees)
        }
        Statement::Copy { source: CopySource::Table { table_name, columns }, to: false, .. } => {
            let table = full(table_name);
            let columns = columns.iter().map(|column| format!("write_column {table}.{}", ident(column)));
            Some([format!("insert {table}")].into_iter().chain(columns).collect())
        }
        Statement::Copy { source: CopySource::Query(inner), .. } => Some(query(inner)),
        Statement::Explain { analyze, statement, options, .. } => {
            let runs = options.iter().flatten().any(|option| ident(&option.name) == "analyze");
            if *analyze || runs { parsed(statement) } else { Some(Vec::new()) }
        }
        Statement::Prepare { statement, .. } => parsed(statement),
        Statement::Query(inner) => Some(query(inner)),
        Statement::Update(_) | Statement::Delete(_) | Statement::Insert(_) | Statement::Merge(_) => written(statement),
        _ => None,
    }
}

fn dropped(kind: &ObjectType, names: &[ObjectName]) -> Option<Vec<String>> {
    let (is, plain) = match kind {
        ObjectType::Table => ("drop_table", false),
        ObjectType::View | ObjectType::MaterializedView => ("drop_view", false),
        ObjectType::Index => ("drop_index", false),
        ObjectType::Schema => ("drop_schema", true),
        ObjectType::Database => ("drop_database", true),
        ObjectType::Role | ObjectType::User => ("drop_role", true),
        ObjectType::Sequence => ("drop_sequence", false),
        ObjectType::Type => ("drop_type", false),
        _ => return None,
    };
    Some(names.iter().map(|name| format!("{is} {}", if plain { last(name) } else { full(name) })).collect())
}

/// `ALTER FUNCTION f … OWNER TO r` has another owner's operation.
fn altered_function(alter: &AlterFunction) -> Option<Vec<String>> {
    let text = alter.to_string();
    let name = full(&alter.function.name);
    match text.rsplit_once(" OWNER TO ") {
        Some((_, owner)) => one("change_owner", format!("{name} to {owner}")),
        None => one("alter_function", name),
    }
}

/// A table with what stands in its brackets.
fn table(create: &CreateTable, table: &str) -> Option<Vec<String>> {
    let mut all = vec![format!("create_table {table}")];
    for column in &create.columns {
        all.extend(deep::column("create_column", "create_constraint", table, column));
    }
    for constraint in &create.constraints {
        all.push(deep::constraint("create_constraint", table, constraint, false)?);
    }
    all.extend(create.query.as_deref().map(query).unwrap_or_default());
    Some(all)
}

/// One action of ALTER TABLE.
fn action(table: &str, operation: &AlterTableOperation) -> Option<Vec<String>> {
    use AlterTableOperation as A;
    if let A::AddColumn { column_def, .. } = operation {
        return Some(deep::column("add_column", "add_constraint", table, column_def));
    }
    Some(vec![match operation {
        A::DropColumn { column_names, .. } => format!("drop_column {table}.{}", ident(column_names.first()?)),
        A::RenameColumn { old_column_name, new_column_name } => {
            format!("rename_column {table}.{} to {}", ident(old_column_name), ident(new_column_name))
        }
        A::AlterColumn { column_name, op } => deep::alter_column(table, column_name, op),
        A::DropConstraint { name, .. } => format!("drop_constraint {} on {table}", ident(name)),
        A::AddConstraint { constraint, not_valid } => {
            deep::constraint("add_constraint", table, constraint, *not_valid)?
        }
        A::RenameTable { table_name: RenameTableNameKind::To(name) | RenameTableNameKind::As(name) } => {
            format!("rename_table {table} to {}", last(name))
        }
        A::RenameConstraint { old_name, new_name } => {
            format!("rename_constraint {} on {table} to {}", ident(old_name), ident(new_name))
        }
        A::ValidateConstraint { name } => format!("validate_constraint {} on {table}", ident(name)),
        A::OwnerTo { new_owner } => format!("change_owner {table} to {new_owner}"),
        A::DisableTrigger { name } => trigger("disable_trigger", name, table),
        A::EnableTrigger { name } | A::EnableAlwaysTrigger { name } | A::EnableReplicaTrigger { name } => {
            trigger("enable_trigger", name, table)
        }
        A::EnableRowLevelSecurity => format!("enable_rls {table}"),
        A::DisableRowLevelSecurity => format!("disable_rls {table}"),
        A::ForceRowLevelSecurity => format!("force_rls {table}"),
        A::NoForceRowLevelSecurity => format!("no_force_rls {table}"),
        _ => format!("alter_table {table}"),
    }])
}

/// A trigger that is switched; ALL and USER are no names.
fn trigger(is: &str, name: &Ident, table: &str) -> String {
    match ident(name).as_str() {
        "all" | "user" => format!("{is} {table}"),
        name => format!("{is} {name} on {table}"),
    }
}

fn privileges(is: &str, said: &Privileges, objects: &GrantObjects, grantees: &[Grantee]) -> Option<Vec<String>> {
    let privileges: Vec<String> = match said {
        Privileges::All { .. } => vec!["all".into()],
        Privileges::Actions(actions) => actions
            .iter()
            .map(|action| action.to_string().split('(').next().unwrap_or("").trim().to_lowercase())
            .collect(),
    };
    let whole = |schemas: &[ObjectName]| schemas.iter().map(|schema| format!("schema {}", last(schema))).collect();
    let objects: Vec<String> = match objects {
        GrantObjects::Tables(names) | GrantObjects::Sequences(names) => names.iter().map(full).collect(),
        GrantObjects::Schemas(names) => whole(names),
        GrantObjects::Databases(names) => names.iter().map(last).collect(),
        GrantObjects::AllTablesInSchema { schemas }
        | GrantObjects::AllSequencesInSchema { schemas }
        | GrantObjects::AllFunctionsInSchema { schemas } => whole(schemas),
        GrantObjects::Function { name, .. } | GrantObjects::Procedure { name, .. } => vec![full(name)],
        _ => return None,
    };
    let mut all = Vec::new();
    for object in &objects {
        for privilege in &privileges {
            for grantee in grantees {
                let to = match &grantee.name {
                    Some(GranteeName::ObjectName(name)) => last(name),
                    _ => "public".into(),
                };
                all.push(format!("{is} {privilege} on {object} to {to}"));
            }
        }
    }
    Some(all)
}

fn factor(factor: &TableFactor) -> Option<String> {
    match factor {
        TableFactor::Table { name, .. } => Some(full(name)),
        _ => None,
    }
}

fn columns(table: &str, assignments: &[Assignment]) -> Vec<String> {
    let targets = assignments.iter().flat_map(|assignment| match &assignment.target {
        // `a[1]` and `a.field` write the column
        AssignmentTarget::ColumnName(name) => parts(name).into_iter().take(1).collect(),
        AssignmentTarget::Tuple(names) => names.iter().map(last).collect::<Vec<_>>(),
    });
    targets.map(|column| format!("write_column {table}.{column}")).collect()
}

/// Statements that write rows, with what is written in their queries.
fn written(statement: &Statement) -> Option<Vec<String>> {
    let mut all = Vec::new();
    match statement {
        Statement::Update(update) => {
            let table = factor(&update.table.relation)?;
            all.push(format!("update {table}"));
            all.extend(columns(&table, &update.assignments));
        }
        Statement::Delete(delete) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            all.push(format!("delete {}", factor(&from.first()?.relation)?));
        }
        Statement::Insert(insert) => {
            let TableObject::TableName(name) = &insert.table else { return None };
            let table = full(name);
            all.push(format!("insert {table}"));
            all.extend(insert.columns.iter().map(|column| format!("write_column {table}.{}", last(column))));
            if let Some(OnInsert::OnConflict(OnConflict { action: OnConflictAction::DoUpdate(update), .. })) =
                &insert.on
            {
                all.extend(columns(&table, &update.assignments));
            }
            all.extend(insert.source.as_deref().map(query).unwrap_or_default());
        }
        Statement::Merge(merge) => {
            let table = factor(&merge.table)?;
            all.push(format!("merge {table}"));
            for clause in &merge.clauses {
                match &clause.action {
                    MergeAction::Delete { .. } => all.push(format!("delete {table}")),
                    MergeAction::Insert(insert) => {
                        all.extend(insert.columns.iter().map(|column| format!("write_column {table}.{}", last(column))))
                    }
                    MergeAction::Update(MergeUpdateExpr { kind: MergeUpdateKind::Set(assignments), .. }) => {
                        all.extend(columns(&table, assignments))
                    }
                    _ => {}
                }
            }
        }
        _ => return None,
    }
    Some(all)
}

/// What a query writes: its body, and the parts of its WITH.
fn query(query: &Query) -> Vec<String> {
    let parts = query.with.iter().flat_map(|with| &with.cte_tables).map(|part| &part.query.body);
    let bodies = parts.chain([&query.body]);
    let statements = bodies.filter_map(|body| match &**body {
        SetExpr::Update(statement)
        | SetExpr::Delete(statement)
        | SetExpr::Insert(statement)
        | SetExpr::Merge(statement) => Some(statement),
        _ => None,
    });
    statements.filter_map(written).flatten().collect()
}
