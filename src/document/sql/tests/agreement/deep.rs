//! What sqlparser's trees say of columns, constraints, indexes, policies and routines, and the same from facts.

use super::tree::{full, ident, last};
use crate::document::sql::tests::word;
use crate::fact::{Fact, Field, State, sql_type};
use sqlparser::ast::*;

/// What is compared of an operation, besides its object.
pub(super) fn detail(fact: &Fact) -> String {
    let w = |field: Field| word(fact, field);
    let written = |field: Field| matches!(fact.own(field), Some(State::Stated(..) | State::Unknown(..)));
    let is = w(Field::Is);
    match is.as_str() {
        "create_column" | "add_column" => format!(
            " {} null={} default={} generated={} identity={}",
            w(Field::ColumnType),
            w(Field::Nullable),
            written(Field::Default),
            w(Field::Generated),
            w(Field::Identity)
        ),
        "create_constraint" | "add_constraint" => format!(
            " {} ({}) {} {}{}",
            w(Field::Constraint),
            w(Field::Columns),
            w(Field::References),
            w(Field::OnDelete),
            if w(Field::NotValid) == "true" { " not valid" } else { "" }
        ),
        "alter_column_type" => format!(" {}", w(Field::ColumnType)),
        "create_index" => format!(
            " unique={} {} ({}) where={} concurrently={}",
            w(Field::Unique),
            w(Field::Method),
            w(Field::Columns),
            w(Field::Where),
            w(Field::Concurrently)
        ),
        "create_policy" => format!(
            " permissive={} {} to {} using={} check={}",
            w(Field::Permissive),
            w(Field::Command),
            w(Field::Roles),
            written(Field::Using),
            written(Field::Check)
        ),
        "create_function" => format!(
            " definer={} {} {} search_path={}",
            w(Field::SecurityDefiner),
            w(Field::Language),
            w(Field::Volatility),
            written(Field::SearchPath)
        ),
        "rename_table" | "rename_column" | "rename_constraint" => format!(" to {}", w(Field::NewName)),
        "change_owner" => format!(" to {}", w(Field::Owner)),
        _ => String::new(),
    }
}

fn sql_type_of(ty: &DataType) -> String {
    let text = ty.to_string();
    if text == "\"char\"" {
        return text;
    }
    // quotes that nothing needs are no part of a name
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.\"() ,[]".contains(&byte);
    let text = if text.bytes().all(plain) { text.replace('"', "") } else { text };
    let text = text.replace("public.", "").replace("pg_catalog.", "");
    sql_type::canonical(&text)
}

/// An expression as the recogniser writes it: without white space and in lower case.
fn squeezed(expression: &str) -> String {
    let unspaced: String = expression.split_whitespace().collect::<Vec<_>>().join("");
    unspaced.to_lowercase()
}

/// A column of a list: a name, or an expression.
fn indexed(column: &IndexColumn) -> String {
    let mut expression = &column.column.expr;
    while let Expr::Collate { expr, .. } = expression {
        expression = expr;
    }
    match expression {
        Expr::Identifier(name) => ident(name),
        expression => squeezed(&expression.to_string()),
    }
}

fn names(columns: &[IndexColumn]) -> String {
    columns.iter().map(indexed).collect::<Vec<_>>().join(", ")
}

/// A column and its own constraints.
pub(super) fn column(is: &str, constraint: &str, table: &str, column: &ColumnDef) -> Vec<String> {
    let ty = sql_type_of(&column.data_type);
    let name = ident(&column.name);
    let serial = ty.ends_with("serial");
    let (mut null, mut default, mut generated, mut identity) = (!serial, false, "-", "-");
    let mut constraints = Vec::new();
    for option in &column.options {
        let said = match &option.option {
            ColumnOption::Null => {
                null = true;
                continue;
            }
            ColumnOption::NotNull => {
                null = false;
                continue;
            }
            ColumnOption::Default(_) => {
                default = true;
                continue;
            }
            ColumnOption::Generated { generated_as, generation_expr: None, .. } => {
                null = false;
                identity = if matches!(generated_as, GeneratedAs::Always) { "always" } else { "by-default" };
                continue;
            }
            ColumnOption::Generated { generation_expr_mode, .. } => {
                let stored = matches!(generation_expr_mode, Some(GeneratedExpressionMode::Stored));
                generated = if stored { "stored" } else { "virtual" };
                continue;
            }
            ColumnOption::PrimaryKey(_) => {
                null = false;
                format!("primary-key ({name}) - -")
            }
            ColumnOption::Unique(_) => format!("unique ({name}) - -"),
            ColumnOption::Check(_) => "check (-) - -".to_owned(),
            ColumnOption::ForeignKey(key) => {
                format!("foreign-key ({name}) {} {}", full(&key.foreign_table), action(key.on_delete.as_ref()))
            }
            _ => continue,
        };
        constraints.push(format!("{constraint} {table}.{name} {said}"));
    }
    let made =
        format!("{is} {table}.{name} {ty} null={null} default={default} generated={generated} identity={identity}");
    [made].into_iter().chain(constraints).collect()
}

fn action(action: Option<&ReferentialAction>) -> &'static str {
    match action {
        None | Some(ReferentialAction::NoAction) => "no-action",
        Some(ReferentialAction::Restrict) => "restrict",
        Some(ReferentialAction::Cascade) => "cascade",
        Some(ReferentialAction::SetNull) => "set-null",
        Some(ReferentialAction::SetDefault) => "set-default",
    }
}

/// A constraint of a table.
pub(super) fn constraint(is: &str, table: &str, constraint: &TableConstraint, not_valid: bool) -> Option<String> {
    use TableConstraint as C;
    let (name, said) = match constraint {
        C::PrimaryKey(key) => (&key.name, format!("primary-key ({}) - -", names(&key.columns))),
        C::Unique(key) => (&key.name, format!("unique ({}) - -", names(&key.columns))),
        C::Check(check) => (&check.name, "check (-) - -".to_owned()),
        C::Exclude(exclude) => {
            let columns: Vec<String> = exclude.elements.iter().map(|element| indexed(&element.column)).collect();
            (&exclude.name, format!("exclude ({}) - -", columns.join(", ")))
        }
        C::PrimaryKeyUsingIndex(key) => (&key.name, "primary-key (-) - -".to_owned()),
        C::UniqueUsingIndex(key) => (&key.name, "unique (-) - -".to_owned()),
        C::ForeignKey(key) => {
            let columns = key.columns.iter().map(ident).collect::<Vec<_>>().join(", ");
            let other = full(&key.foreign_table);
            (&key.name, format!("foreign-key ({columns}) {other} {}", action(key.on_delete.as_ref())))
        }
        _ => return None,
    };
    let object = match name {
        Some(name) => format!("{} on {table}", ident(name)),
        None => table.to_owned(),
    };
    Some(format!("{is} {object} {said}{}", if not_valid { " not valid" } else { "" }))
}

/// An index.
pub(super) fn index(create: &CreateIndex) -> String {
    let table = full(&create.table_name);
    let object = match &create.name {
        Some(name) => format!("{} on {table}", last(name)),
        None => table,
    };
    let method = create.using.as_ref().map_or("btree".to_owned(), |method| method.to_string().to_lowercase());
    format!(
        "create_index {object} unique={} {method} ({}) where={} concurrently={}",
        create.unique,
        names(&create.columns),
        create.predicate.is_some(),
        create.concurrently
    )
}

/// A policy.
pub(super) fn policy(create: &CreatePolicy) -> String {
    let command = create.command.as_ref().map_or("all".to_owned(), |command| command.to_string().to_lowercase());
    let roles = create.to.as_deref().map_or("public".to_owned(), |roles| {
        roles.iter().map(|role| role.to_string().trim_matches('"').to_lowercase()).collect::<Vec<_>>().join(", ")
    });
    format!(
        "create_policy {} on {} permissive={} {command} to {roles} using={} check={}",
        ident(&create.name),
        full(&create.table_name),
        !matches!(create.policy_type, Some(CreatePolicyType::Restrictive)),
        create.using.is_some(),
        create.with_check.is_some()
    )
}

/// A function.
pub(super) fn function(create: &CreateFunction) -> String {
    let volatility = match &create.behavior {
        Some(FunctionBehavior::Immutable) => "immutable",
        Some(FunctionBehavior::Stable) => "stable",
        _ => "volatile",
    };
    let path = create
        .set_params
        .iter()
        .any(|param| param.name.to_string().trim_matches('"').eq_ignore_ascii_case("search_path"));
    format!(
        "create_function {} definer={} {} {volatility} search_path={path}",
        full(&create.name),
        matches!(create.security, Some(FunctionSecurity::Definer)),
        create.language.as_ref().map_or("sql".to_owned(), |name| name.value.to_lowercase()),
    )
}

/// What ALTER COLUMN does.
pub(super) fn alter_column(table: &str, name: &Ident, operation: &AlterColumnOperation) -> String {
    let (is, more) = match operation {
        AlterColumnOperation::SetNotNull => ("set_not_null", String::new()),
        AlterColumnOperation::DropNotNull => ("drop_not_null", String::new()),
        AlterColumnOperation::SetDefault { .. } => ("set_default", String::new()),
        AlterColumnOperation::DropDefault => ("drop_default", String::new()),
        AlterColumnOperation::SetDataType { data_type, .. } => {
            ("alter_column_type", format!(" {}", sql_type_of(data_type)))
        }
        AlterColumnOperation::AddGenerated { .. } => ("set_identity", String::new()),
    };
    format!("{is} {table}.{}{more}", ident(name))
}
