//! What the probes said while a migration ran.

use serde_json::Value;

/// One thing that PostgreSQL did.
pub(super) struct Effect {
    /// `dropped`, `renamed`, `truncate`, `delete`, `update`, `insert`, `open`, `not-open`, `protected`, `not-protected`,
    /// `forced`, `not-forced`.
    pub what: String,
    /// The kind of object, in PostgreSQL's words.
    pub kind: String,
    pub schema: Option<String>,
    /// The table that the object belongs to.
    pub table: Option<String>,
    pub name: String,
    pub grantee: Option<String>,
    pub privilege: Option<String>,
    /// The line of the semicolon of the statement; none for what was only seen at the end of the file.
    pub line: Option<usize>,
    /// The line in the body of the DO block, from 1.
    pub block_line: Option<usize>,
    /// Whether EXECUTE ran it.
    pub dynamic: bool,
    /// Whether a function that the statement calls did it.
    pub called: bool,
    /// Whether the statement names it; what follows from that is not.
    pub original: bool,
    /// Whether only CASCADE took it along.
    pub cascaded: bool,
    /// Whether the object is new: its openness is that of objects like it.
    pub new: bool,
    /// Whether PostgreSQL itself opens objects like it.
    pub given: bool,
    /// Views that show the table.
    pub views: Vec<String>,
    /// Whether the table is part of another one.
    pub child: bool,
}

/// What psql said about one migration.
#[derive(Default)]
pub(super) struct Run {
    pub effects: Vec<Effect>,
    /// Line and message of refused statements.
    pub refused: Vec<(usize, String)>,
    /// Lines of statements that found something missing, or there already, and went on.
    pub skipped: Vec<usize>,
}

/// Reads what psql said: `psql:<stdin>:12: INFO:  …`.
pub(super) fn read(messages: &str) -> Run {
    let mut run = Run::default();
    for message in messages.lines() {
        let (line, message) = place(message);
        if let Some((_, effect)) = message.split_once("INFO:  preflight-oracle ") {
            run.effects.extend(serde_json::from_str(effect).ok().and_then(|value| parse(&value, line)));
        } else if let Some(error) = message.strip_prefix("ERROR:  ").or_else(|| message.strip_prefix("FATAL:  ")) {
            run.refused.push((line.unwrap_or(usize::MAX), error.to_owned()));
        } else if message.ends_with(", skipping") {
            run.skipped.extend(line);
        }
    }
    run
}

/// Takes `psql:<stdin>:12: ` off.
fn place(message: &str) -> (Option<usize>, &str) {
    let parts = message.strip_prefix("psql:<stdin>:").and_then(|rest| rest.split_once(": "));
    match parts.and_then(|(line, rest)| Some((line.parse().ok()?, rest))) {
        Some((line, rest)) => (Some(line), rest),
        None => (None, message),
    }
}

fn parse(value: &Value, line: Option<usize>) -> Option<Effect> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let yes = |key: &str| value[key].as_bool().unwrap_or(false);
    let kind = text("kind")?;
    let list = |key: &str| -> Vec<String> {
        let names = value[key].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let names: Vec<&str> =
        value["names"].as_array().map(|names| names.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
    let (table, name) = match (names.as_slice(), text("object"), text("name"), text("part")) {
        (_, _, Some(name), Some(part)) => (Some(name), part),
        (_, _, Some(name), None) if !kind.is_empty() => (None, name),
        (_, Some(object), ..) => (None, object),
        ([_, table, name], ..) => (Some((*table).to_owned()), (*name).to_owned()),
        ([.., name], ..) => (None, (*name).to_owned()),
        _ => (None, text("identity").unwrap_or_default()),
    };
    let (block_line, dynamic, called) = context(value["context"].as_str().unwrap_or(""));
    // no event trigger fires for these: the line is that of a later statement
    let line = line.filter(|_| kind != "role" && kind != "database");
    let original = value["original"].as_bool().unwrap_or(true);
    let schema =
        text("schema").or_else(|| (names.len() > 1).then(|| names.first().map(|name| (*name).to_owned())).flatten());
    Some(Effect {
        what: text("what")?,
        kind,
        schema,
        table,
        name,
        grantee: text("grantee"),
        privilege: text("privilege"),
        line,
        block_line,
        dynamic,
        called,
        original,
        cascaded: !original && yes("normal"),
        new: yes("new"),
        given: yes("given"),
        views: list("views"),
        child: yes("child"),
    })
}

/// Where in PL/pgSQL it happened: the line in the only DO block, whether by EXECUTE, and whether in a function.
fn context(text: &str) -> (Option<usize>, bool, bool) {
    let mut blocks: Vec<usize> = Vec::new();
    let (mut dynamic, mut called) = (false, false);
    for line in text.lines() {
        let Some(frame) = line.strip_prefix("PL/pgSQL function ") else {
            called |= line.starts_with("SQL function ");
            continue;
        };
        if frame.starts_with("preflight_oracle.")
            || frame.starts_with("dropped()")
            || frame.starts_with("commanded()")
            || frame.starts_with("written()")
        {
            continue;
        }
        dynamic |= frame.ends_with(" at EXECUTE");
        match frame.strip_prefix("inline_code_block line ") {
            Some(rest) => blocks.extend(rest.split(' ').next().and_then(|line| line.parse::<usize>().ok())),
            None => called = true,
        }
    }
    let only = if let ([line], false) = (blocks.as_slice(), called) { Some(*line) } else { None };
    (only, dynamic, called)
}

impl Effect {
    /// Where it is, and what it is, for people: `dropped table column public.accounts.email`.
    pub fn describe(&self) -> String {
        let parts = [self.schema.as_deref(), self.table.as_deref(), Some(self.name.as_str())];
        let object = parts.into_iter().flatten().collect::<Vec<_>>().join(".");
        let privilege = self.privilege.as_ref().map(|privilege| format!("{privilege} on ")).unwrap_or_default();
        let grantee = self.grantee.as_ref().map(|grantee| format!(" to {grantee}")).unwrap_or_default();
        let line = self.line.map_or("end".to_owned(), |line| line.to_string());
        let how = match (self.called, self.dynamic, self.cascaded) {
            (true, ..) => " (in a function that was called)",
            (_, true, _) => " (by EXECUTE)",
            (.., true) => " (by CASCADE)",
            _ => "",
        };
        format!("{line}: {} {privilege}{} {object}{grantee}{how}", self.what, self.kind)
    }
}
