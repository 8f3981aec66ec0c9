//! Recall and precision: what PostgreSQL did beside what preflight says.

use super::Outcome;
use super::effect::{Effect, Run};
use super::fit::{Fit, fit};
use super::said::{Known, Operation, Script};
use std::collections::HashSet;

/// Whether preflight says what PostgreSQL did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// By an operation with the same object, at the right place.
    Named,
    /// By an operation in the body of a function that was called, or in a statement that was prepared.
    NamedWhereDefined,
    /// By an operation that may be anything: text that is built at run time, a command of psql.
    Undecided,
    /// Not at all.
    Missed,
}

/// Whether PostgreSQL did what preflight says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It did.
    Done,
    /// There was nothing to do: IF EXISTS and no object, a privilege that was there already.
    NothingToDo,
    /// It did not.
    NotDone,
}

/// What earlier migrations left.
#[derive(Default)]
pub(super) struct History {
    /// Privileges that are open to everybody, anon or authenticated.
    open: HashSet<String>,
    /// Tables with row level security, and with FORCE.
    switched: HashSet<String>,
    /// Operations that run when something is called.
    defined: Vec<Operation>,
}

/// Kinds of object that CASCADE is asked for; others go along with what owns them.
const CASCADED: &[&str] = &[
    "table",
    "view",
    "materialized view",
    "function",
    "table column",
    "table constraint",
    "policy",
    "type",
    "sequence",
];
/// Operations that take something away or open it: their precision is asserted.
const DESTRUCTIVE: &[&str] = &[
    "truncate",
    "delete",
    "update",
    "disable_rls",
    "no_force_rls",
    "rename_table",
    "move_table",
    "rename_column",
    "grant",
];
/// Commands of psql that run what nobody sees.
const UNSEEN: &[&str] = &["\\i", "\\ir", "\\include", "\\include_relative", "\\gexec", "\\!", "\\copy", "\\o"];
/// Kinds of object whose privileges no probe asks for.
const UNSEEN_KINDS: &[&str] =
    &["other", "language", "foreign-data-wrapper", "foreign-server", "large-object", "tablespace", "parameter"];
/// What event triggers cannot see.
const UNOBSERVED: &[&str] = &["event trigger", "tablespace", "user mapping", "subscription"];

impl History {
    /// What stands before the first migration.
    pub fn new(run: &Run) -> Self {
        let mut history = Self::default();
        history.learn(run);
        history
    }

    fn learn(&mut self, run: &Run) {
        for effect in &run.effects {
            match effect.what.as_str() {
                "open" => _ = self.open.insert(open_key(effect)),
                "not-open" => _ = self.open.remove(&open_key(effect)),
                "protected" | "forced" => _ = self.switched.insert(switch_key(effect)),
                "not-protected" | "not-forced" => _ = self.switched.remove(&switch_key(effect)),
                _ => {}
            }
        }
    }
}

fn open_key(effect: &Effect) -> String {
    format!(
        "{} {:?} {:?} {} {:?} {:?}",
        effect.kind, effect.schema, effect.table, effect.name, effect.grantee, effect.privilege
    )
}

fn switch_key(effect: &Effect) -> String {
    let what = effect.what.trim_start_matches("not-");
    format!("{what} {}.{}", effect.schema.as_deref().unwrap_or(""), effect.name)
}

/// Judges one migration that ran, and remembers what it leaves.
pub(super) fn judge(path: String, text: &str, script: &Script, run: &Run, history: &mut History) -> Outcome {
    for operation in &script.operations {
        let later = script.statements.get(operation.statement).is_some_and(|statement| statement.prepares);
        if later || matches!(operation.stands, "function-body" | "dynamic") {
            history.defined.push(operation.clone());
        }
    }
    let refused: HashSet<usize> = run.refused.iter().flat_map(|(line, _)| script.ending_on(*line)).collect();
    let judge = Judge { text, script, run, history };
    let mut effects = Vec::new();
    for effect in run.effects.iter().filter(|effect| counts(effect) && !judge.follows_default(effect)) {
        effects.push((effect.describe(), judge.recall(effect)));
    }
    let mut claims = Vec::new();
    for operation in &script.operations {
        if !refused.contains(&operation.statement) && judge.is_claim(operation) {
            claims.push((operation.describe(), judge.precision(operation)));
        }
    }
    // a command of psql that runs something else is no statement: it is said, and that is right
    let unread = script
        .unread
        .iter()
        .filter(|(_, statement, message)| !refused.contains(statement) && !message.contains("nobody has read here"));
    let not_understood = unread.map(|(line, _, message)| format!("{line}: {message}")).collect();
    history.learn(run);
    let statements = script.statements.len();
    Outcome { path, statements, refused: run.refused.clone(), not_understood, effects, claims }
}

/// Whether an effect must be named.
fn counts(effect: &Effect) -> bool {
    match effect.what.as_str() {
        "dropped" => effect.original || (effect.cascaded && CASCADED.contains(&effect.kind.as_str())),
        "renamed" | "truncate" | "delete" | "update" | "insert" | "not-protected" | "not-forced" => true,
        // a new object is open as PostgreSQL opens all like it
        "open" => !(effect.new && effect.given),
        _ => false,
    }
}

struct Judge<'a> {
    text: &'a str,
    script: &'a Script,
    run: &'a Run,
    history: &'a History,
}

impl Judge<'_> {
    /// Whether a new object is open by default privileges: they are an effect of their own.
    fn follows_default(&self, effect: &Effect) -> bool {
        let kind = match effect.kind.as_str() {
            "view" | "materialized view" => "table",
            other => other,
        };
        let key = |schema: &Option<String>| {
            format!("default {schema:?} None {kind} {:?} {:?}", effect.grantee, effect.privilege)
        };
        let keys = [key(&None), key(&effect.schema)];
        let here = || self.run.effects.iter().filter(|other| other.what == "open").map(open_key);
        effect.what == "open"
            && effect.new
            && (keys.iter().any(|key| self.history.open.contains(key)) || here().any(|key| keys.contains(&key)))
    }

    fn recall(&self, effect: &Effect) -> Judgement {
        let statements = match effect.line {
            Some(line) => self.script.ending_on(line),
            None => (0..self.script.statements.len()).collect(),
        };
        let inside = |operation: &&Operation| statements.contains(&operation.statement);
        let operations: Vec<&Operation> = self.script.operations.iter().filter(inside).collect();
        let lines = self.block_lines(effect, &statements);
        let at_place = |operation: &&&Operation| lines.as_ref().is_none_or(|lines| lines.contains(&operation.line));
        let best = operations.iter().filter(at_place).map(|operation| fit(effect, operation)).max().unwrap_or(Fit::No);
        if best == Fit::Yes {
            return Judgement::Named;
        }
        if effect.cascaded {
            let cascade = |known: &Known| operations.iter().any(|operation| operation.cascade == *known);
            if cascade(&Known::Text("true".into())) {
                return Judgement::Named;
            }
            if cascade(&Known::Unknown) {
                return Judgement::Undecided;
            }
        }
        let executes = statements.iter().filter_map(|at| self.script.statements.get(*at)).any(|statement| {
            self.text
                .get(statement.start..)
                .is_some_and(|text| text.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("execute")))
        });
        let mut defined = Fit::No;
        if effect.called || executes {
            defined = self.history.defined.iter().map(|operation| fit(effect, operation)).max().unwrap_or(Fit::No);
        }
        let unseen = statements
            .iter()
            .filter_map(|at| self.script.statements.get(*at)?.psql.as_deref())
            .any(|name| UNSEEN.contains(&name));
        match defined {
            Fit::Yes => Judgement::NamedWhereDefined,
            _ if best == Fit::Maybe || defined == Fit::Maybe || unseen => Judgement::Undecided,
            _ => Judgement::Missed,
        }
    }

    /// The lines of the statement in a DO block that did it.
    fn block_lines(&self, effect: &Effect, statements: &[usize]) -> Option<std::ops::RangeInclusive<usize>> {
        let line = effect.block_line.filter(|_| !effect.dynamic)?;
        let [statement] = statements else { return None };
        let start = self.script.statements.get(*statement)?.start;
        let quote = start + self.text.get(start..)?.find(['$', '\''])?;
        let first = self.text.get(..quote)?.matches('\n').count() + line;
        let from = self.text.match_indices('\n').map(|(at, _)| at + 1).nth(first.checked_sub(2)?)?;
        let semicolon = self.text.get(from..)?.find(';')?;
        Some(first..=first + self.text.get(from..from + semicolon)?.matches('\n').count())
    }

    fn is_claim(&self, operation: &Operation) -> bool {
        let (Known::Text(is), "top-level") = (&operation.is, operation.stands) else { return false };
        let statement = self.script.statements.get(operation.statement);
        // neither privileges on languages nor a role that lives for one file are seen
        let made_here = |role: &Operation| role.is == Known::Text("create_role".into()) && role.name == operation.name;
        let unseen = matches!(&operation.object_kind, Known::Text(kind) if UNSEEN_KINDS.contains(&kind.as_str()))
            || (is == "drop_role" && self.script.operations.iter().any(made_here));
        if statement.is_none_or(|statement| statement.prepares) || is == "drop_database" || unseen {
            return false;
        }
        let text = statement.and_then(|statement| self.text.get(statement.start..)).unwrap_or("").to_ascii_lowercase();
        if is == "drop_other"
            && UNOBSERVED.iter().any(|words| text.get(5..).is_some_and(|text| text.starts_with(words)))
        {
            return false;
        }
        let opens = matches!(&operation.grantee, Known::Text(role) if ["public", "anon", "authenticated"].contains(&role.as_str()));
        let property = ["drop_not_null", "drop_default", "drop_identity", "drop_expression"].contains(&is.as_str());
        (is.starts_with("drop_") && !property) || (DESTRUCTIVE.contains(&is.as_str()) && (is != "grant" || opens))
    }

    fn precision(&self, operation: &Operation) -> Claim {
        let Known::Text(is) = &operation.is else { return Claim::NotDone };
        let of_statement =
            |line: Option<usize>| line.is_none_or(|line| self.script.ending_on(line).contains(&operation.statement));
        let effects: Vec<&Effect> = self.run.effects.iter().filter(|effect| of_statement(effect.line)).collect();
        if effects.iter().any(|effect| fit(effect, operation) == Fit::Yes) {
            return Claim::Done;
        }
        // a view has no probe: its table has
        let rows = ["truncate", "delete", "update"].contains(&is.as_str());
        if rows && effects.iter().any(|effect| effect.what == *is) {
            return Claim::Done;
        }
        let skipped = self.run.skipped.iter().any(|line| self.script.ending_on(*line).contains(&operation.statement));
        let nothing = match is.as_str() {
            "grant" => self.is_open(operation),
            "disable_rls" | "no_force_rls" => !self.history.switched.contains(&switch_key_of(operation)),
            "drop_owned" => true,
            _ => skipped && operation.if_exists == Known::Text("true".into()),
        };
        if nothing { Claim::NothingToDo } else { Claim::NotDone }
    }

    /// Whether what is granted was open before, or there is nothing that it could open.
    fn is_open(&self, operation: &Operation) -> bool {
        let whole_schema = operation.table == Known::None
            && operation.name == Known::None
            && operation.object_kind != Known::Text("schema".into());
        let (Known::Text(grantee), Known::Text(object)) = (&operation.grantee, name_of(operation)) else {
            return whole_schema;
        };
        let privilege = match &operation.privilege {
            Known::Text(privilege) if privilege != "all" => format!("{:?}", Some(privilege)),
            _ => String::new(),
        };
        let known = |key: &String| {
            key.contains(&format!(" {object} "))
                && key.contains(&format!("{:?}", Some(grantee)))
                && key.contains(&privilege)
        };
        whole_schema || self.history.open.iter().any(known)
    }
}

fn name_of(operation: &Operation) -> &Known {
    [&operation.table, &operation.name, &operation.schema]
        .into_iter()
        .find(|known| **known != Known::None)
        .unwrap_or(&Known::None)
}

fn switch_key_of(operation: &Operation) -> String {
    let what = if operation.is == Known::Text("disable_rls".into()) { "protected" } else { "forced" };
    match (&operation.schema, &operation.table) {
        (Known::Text(schema), Known::Text(table)) => format!("{what} {schema}.{table}"),
        _ => String::new(),
    }
}
