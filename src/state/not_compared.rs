//! What a comparison does not look at: named where a side has it, so that nobody takes it for compared.

use crate::fact::{FactId, Facts, Field};

/// What an operation does that a comparison does not look at.
pub(super) fn of(facts: &Facts, id: FactId) -> Option<&'static str> {
    let is = facts.get(id, Field::Is).text()?;
    let kind = facts.get(id, Field::ObjectKind).text();
    let named = |table: &[(&'static str, &'static str)], word: &str| {
        table.iter().find(|(own, _)| *own == word).map(|(_, name)| *name)
    };
    match (is, kind) {
        ("grant" | "revoke", Some(kind)) => named(PRIVILEGES, kind),
        ("create_other" | "alter_other", Some(kind)) => named(OTHERS, kind),
        ("change_owner", Some(kind)) => named(OWNERS, kind),
        ("alter_table", _) if facts.get(id, Field::Traits).value().is_some() => None,
        ("alter_table", _) => named(ACTIONS, facts.get(id, Field::Action).text()?),
        ("alter_view", _) => facts.get(id, Field::Action).text().map(|_| OF_VIEWS),
        ("alter_index", _) => facts.get(id, Field::Action).text().map(|_| STORAGE),
        // the sequence of a column that numbers itself
        ("create_schema", _) => facts.get(id, Field::Owner).value().map(|_| "owners of schemas"),
        ("create_column" | "add_column" | "set_identity", _) => {
            let numbers =
                matches!(facts.get(id, Field::ColumnType).text(), Some("serial" | "bigserial" | "smallserial"));
            (numbers || facts.get(id, Field::Identity).text().is_some()).then_some(SEQUENCES)
        }
        ("alter_column", _) => named(ACTIONS, facts.get(id, Field::Action).text()?).map(|_| SEQUENCES),
        _ => named(OPERATIONS, is),
    }
}

const SEQUENCES: &str = "sequences";
pub(super) const STORAGE: &str = "storage of indexes";
/// A view has them where ALTER TABLE sets them, too.
pub(super) const OF_VIEWS: &str = "defaults of columns of views";
const LATER: &str = "whose later objects default privileges are for";

/// Operations, by their word.
const OPERATIONS: &[(&str, &str)] = &[
    ("create_sequence", SEQUENCES),
    ("alter_sequence", SEQUENCES),
    ("create_rule", "rules"),
    ("comment", "comments"),
    ("security_label", "security labels"),
    ("create_event_trigger", "event triggers"),
    ("alter_event_trigger", "event triggers"),
    ("create_publication", "publications and subscriptions"),
    ("alter_publication", "publications and subscriptions"),
    ("create_subscription", "publications and subscriptions"),
    ("alter_subscription", "publications and subscriptions"),
    ("create_foreign_table", "servers and options of foreign tables"),
    ("import_foreign_schema", "servers and options of foreign tables"),
    ("alter_default_privileges_grant", LATER),
    ("alter_default_privileges_revoke", LATER),
    ("alter_system", "settings of the server"),
];

/// Actions of ALTER TABLE and ALTER COLUMN.
const ACTIONS: &[(&str, &str)] = &[("rule", "rules"), ("other", "servers and options of foreign tables")];

/// Privileges, by what they are on.
const PRIVILEGES: &[(&str, &str)] = &[
    ("role", "membership in roles"),
    ("type", "privileges on types"),
    ("database", "privileges on databases"),
    ("other", "privileges on languages, servers and other objects"),
];

/// Owners, by what they own. Those of tables, views and functions are compared.
const OWNERS: &[(&str, &str)] = &[
    ("schema", "owners of schemas"),
    ("type", "owners of types"),
    ("domain", "owners of types"),
    ("sequence", "owners of sequences"),
];

/// Other kinds of objects, by their word.
const OTHERS: &[(&str, &str)] = &[
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
    ("tablespace", "tablespaces"),
    ("large-object", "large objects"),
];

/// What is compared where only one side says it only if the other says it, too: most migrations name no owner.
pub(super) fn is_of_owners(name: &str) -> bool {
    OWNERS.iter().any(|(_, owners)| *owners == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Kind;

    /// Operations whose objects are compared, whatever they say.
    const COMPARED: &[&str] = &[
        "create_table",
        "create_constraint",
        "drop_table",
        "drop_foreign_table",
        "rename_table",
        "move_table",
        "drop_column",
        "rename_column",
        "alter_column_type",
        "set_not_null",
        "drop_not_null",
        "set_default",
        "drop_default",
        "drop_identity",
        "drop_expression",
        "add_constraint",
        "drop_constraint",
        "validate_constraint",
        "rename_constraint",
        "alter_constraint",
        "enable_rls",
        "disable_rls",
        "force_rls",
        "no_force_rls",
        "attach_partition",
        "detach_partition",
        "enable_trigger",
        "disable_trigger",
        "create_index",
        "drop_index",
        "create_policy",
        "alter_policy",
        "drop_policy",
        "create_trigger",
        "alter_trigger",
        "drop_trigger",
        "create_function",
        "create_procedure",
        "alter_function",
        "alter_procedure",
        "drop_function",
        "drop_procedure",
        "alter_schema",
        "drop_schema",
        "create_view",
        "create_materialized_view",
        "drop_view",
        "create_type",
        "alter_type",
        "add_enum_value",
        "rename_enum_value",
        "drop_attribute",
        "drop_type",
        "create_extension",
        "alter_extension",
        "drop_extension",
        "create_role",
        "alter_role",
        "drop_role",
        "drop_owned",
    ];
    /// Operations of which `of` names some, by what they say.
    const SOME: &[&str] = &[
        "grant",
        "revoke",
        "create_other",
        "alter_other",
        "change_owner",
        "alter_table",
        "alter_column",
        "alter_index",
        "alter_view",
        "create_schema",
        "create_column",
        "like_table",
        "add_column",
        "set_identity",
    ];
    /// Operations that make nothing that stays, or take away what was named when it was made.
    const NOTHING: &[&str] = &[
        "truncate",
        "lock_table",
        "write_column",
        "update",
        "delete",
        "insert",
        "merge",
        "reindex",
        "call",
        "refresh_materialized_view",
        "vacuum",
        "cluster",
        "analyze",
        "set",
        "begin",
        "commit",
        "rollback",
        "savepoint",
        "release_savepoint",
        "rollback_to_savepoint",
        "do_block",
        "select",
        "other",
        "drop_rule",
        "drop_sequence",
        "drop_publication",
        "drop_subscription",
        "drop_event_trigger",
        "drop_other",
        "create_database",
        "alter_database",
        "drop_database",
    ];

    #[test]
    fn every_operation_is_compared_or_named_or_makes_nothing() {
        let named: Vec<&str> = OPERATIONS.iter().map(|(word, _)| *word).collect();
        for variant in Kind::Operation.def().variants {
            let lists = [COMPARED, SOME, NOTHING, &named];
            let found = lists.iter().filter(|list| list.contains(&variant.name)).count();
            assert_eq!(found, 1, "{} stands in {found} lists: say whether a comparison looks at it", variant.name);
        }
    }
}
