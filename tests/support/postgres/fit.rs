//! Whether an operation says what an effect is: the same kind of thing, done to the same object.

use super::effect::Effect;
use super::said::{Known, Operation};

/// How well an operation fits an effect.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    Maybe,
    Yes,
}

/// Kinds of dropped object with an operation of their own.
const LISTED: &[&str] = &[
    "table",
    "table column",
    "index",
    "view",
    "materialized view",
    "policy",
    "trigger",
    "table constraint",
    "function",
    "procedure",
    "schema",
    "extension",
    "role",
    "type",
    "domain",
    "sequence",
    "default value",
    "rule",
    "publication",
    "event trigger",
    "subscription",
    "foreign table",
    "composite type column",
];

/// Whether a field says this.
fn says(known: &Known, text: Option<&str>) -> Fit {
    match (known, text) {
        (Known::Unknown, _) => Fit::Maybe,
        (Known::Text(known), Some(text)) if known == text => Fit::Yes,
        (Known::None, None) => Fit::Yes,
        _ => Fit::No,
    }
}

/// How well an operation fits an effect: the least of its fields.
pub(super) fn fit(effect: &Effect, operation: &Operation) -> Fit {
    let Known::Text(is) = &operation.is else { return Fit::Maybe };
    let comparison = Comparison { effect, operation };
    let fits = match effect.what.as_str() {
        "dropped" => comparison.dropped(is),
        "renamed" => comparison.renamed(is),
        "open" => comparison.opened(is),
        what => comparison.on_rows_or_switch(what, is),
    };
    match fits {
        Some(Fit::No) if operation.opaque => Fit::Maybe,
        Some(fits) => fits,
        None => Fit::No,
    }
}

/// An effect beside an operation. Each question gives none where the operation is of another kind.
struct Comparison<'a> {
    effect: &'a Effect,
    operation: &'a Operation,
}

impl Comparison<'_> {
    fn schema(&self) -> Fit {
        says(&self.operation.schema, self.effect.schema.as_deref())
    }

    fn name(&self) -> Fit {
        says(&self.operation.name, Some(&self.effect.name))
    }

    fn name_in_schema(&self) -> Fit {
        self.schema().min(self.name())
    }

    /// The effect's object is the operation's table.
    fn is_table(&self) -> Fit {
        self.schema().min(says(&self.operation.table, Some(&self.effect.name)))
    }

    /// The effect's object belongs to the operation's table.
    fn of_table(&self) -> Fit {
        self.schema().min(says(&self.operation.table, self.effect.table.as_deref()))
    }

    fn column(&self) -> Fit {
        self.of_table().min(says(&self.operation.column, Some(&self.effect.name)))
    }

    fn dropped(&self, is: &str) -> Option<Fit> {
        Some(match (self.effect.kind.as_str(), is) {
            (_, "drop_owned") => Fit::Yes,
            ("table", "drop_table") | ("foreign table", "drop_foreign_table") => self.is_table(),
            ("composite type column", "drop_attribute") => {
                self.schema().min(says(&self.operation.column, Some(&self.effect.name)))
            }
            ("table column", "drop_column") | ("default value", "drop_default") => self.column(),
            ("policy", "drop_policy")
            | ("trigger", "drop_trigger")
            | ("rule", "drop_rule")
            | ("table constraint", "drop_constraint") => self.of_table().min(self.name()),
            ("index", "drop_index")
            | ("view" | "materialized view", "drop_view")
            | ("function" | "aggregate" | "procedure", "drop_function")
            | ("procedure", "drop_procedure")
            | ("type" | "domain" | "composite type", "drop_type")
            | ("sequence", "drop_sequence") => self.name_in_schema(),
            ("schema", "drop_schema")
            | ("extension", "drop_extension")
            | ("role", "drop_role")
            | ("publication", "drop_publication")
            | ("event trigger", "drop_event_trigger")
            | ("subscription", "drop_subscription") => self.name(),
            ("domain constraint", "alter_type") | ("publication relation", "alter_publication") => Fit::Yes,
            (kind, "drop_other") if !LISTED.contains(&kind) => match self.operation.name {
                Known::None => Fit::Yes,
                _ => self.name(),
            },
            (kind, "alter_other") if kind.contains(' ') && !LISTED.contains(&kind) => Fit::Yes,
            _ => return None,
        })
    }

    fn renamed(&self, is: &str) -> Option<Fit> {
        Some(match (self.effect.kind.as_str(), is) {
            ("column", "rename_column") => self.column(),
            ("column", "alter_view" | "alter_type") => says(&self.operation.name, self.effect.table.as_deref()),
            ("column", _) => return None,
            // an index goes with its constraint, indexes and sequences with their table
            ("index", "rename_constraint" | "alter_table" | "add_constraint" | "move_table")
            | ("sequence", "move_table") => Fit::Yes,
            (_, "rename_table" | "move_table") => self.is_table(),
            ("role", "alter_role") => self.name(),
            ("view" | "materialized view", "alter_view")
            | ("sequence", "alter_sequence")
            | ("index", "alter_index")
            | ("type" | "domain" | "composite type", "alter_type")
            | ("function" | "aggregate", "alter_function" | "alter_other")
            | ("procedure", "alter_procedure" | "alter_function") => self.name_in_schema(),
            ("schema", "alter_schema") => self.name(),
            ("trigger" | "policy", "alter_trigger" | "alter_policy") => self.of_table().min(self.name()),
            (kind, "alter_other") if kind != "table" => Fit::Yes,
            _ => return None,
        })
    }

    fn on_rows_or_switch(&self, what: &str, is: &str) -> Option<Fit> {
        Some(match (what, is) {
            ("truncate", "truncate") if self.effect.child => Fit::Yes,
            ("truncate", "truncate") => match &self.operation.cascade {
                Known::Text(cascades) if cascades == "true" => Fit::Yes,
                Known::Unknown => Fit::Maybe,
                _ => self.is_table(),
            },
            ("delete", "delete") | ("update", "update" | "merge" | "insert") | ("insert", "insert" | "merge") => {
                let views = self.effect.views.iter().map(|view| says(&self.operation.table, Some(view)));
                self.is_table().max(views.max().unwrap_or(Fit::No))
            }
            ("not-protected", "disable_rls") | ("not-forced", "no_force_rls") => self.is_table(),
            _ => return None,
        })
    }

    fn opened(&self, is: &str) -> Option<Fit> {
        match (self.effect.kind.as_str(), is) {
            ("default", "alter_default_privileges_grant") => {
                let kind = says(&self.operation.object_kind, Some(&self.effect.name));
                Some(self.schema().min(kind).min(self.privileged()))
            }
            (_, "grant") => Some(self.granted()),
            _ => None,
        }
    }

    fn granted(&self) -> Fit {
        let Self { effect, operation } = self;
        let kind = match effect.kind.as_str() {
            "view" | "materialized view" => "table",
            // GRANT … ON a sequence without the word
            "sequence" if operation.object_kind == Known::Text("table".into()) => "table",
            other => other,
        };
        let whole_schema = operation.table == Known::None && operation.name == Known::None;
        let object = match kind {
            "schema" => says(&operation.schema, Some(&effect.name)),
            "database" | "role" => self.name(),
            "column" => self.of_table(),
            _ if whole_schema => self.schema(),
            "table" => self.is_table(),
            _ => self.name_in_schema(),
        };
        object.min(says(&operation.object_kind, Some(kind))).min(self.privileged())
    }

    fn privileged(&self) -> Fit {
        let all = self.operation.privilege == Known::Text("all".into()) || self.effect.privilege.is_none();
        let privilege = if all { Fit::Yes } else { says(&self.operation.privilege, self.effect.privilege.as_deref()) };
        says(&self.operation.grantee, self.effect.grantee.as_deref()).min(privilege)
    }
}
