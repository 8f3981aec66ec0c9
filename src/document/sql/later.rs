//! Text that a function of an extension takes and runs as SQL: `cron.schedule`, `dblink_exec`.

use super::Reader;
use super::cursor::Cursor;
use super::dynamic::Variables;
use super::lower::Scope;
use super::token::TokenKind;
use std::ops::Range;

/// pg_cron's functions that take a command: the third argument, or the second of two, or `command`.
const CRON: &[&str] = &["schedule", "schedule_in_database", "alter_job"];
/// dblink's functions that take a command: the last text.
const DBLINK: &[&str] = &["dblink", "dblink_exec", "dblink_send_query"];

impl Reader {
    /// Reads the commands that are handed to such functions in a statement.
    pub(super) fn later(&mut self, c: &Cursor<'_>, scope: &Scope) {
        let mut behind = 0;
        for (at, token) in c.tokens.iter().enumerate() {
            let name = at.checked_sub(1).filter(|_| at >= behind && token.kind == TokenKind::Symbol(b'('));
            let is = |words: &[&str]| name.is_some_and(|name| words.iter().any(|word| c.named_at(name, word)));
            let dblink = is(DBLINK);
            // `schedule` by itself is anybody's function
            if dblink || (is(CRON) && at > 2 && c.named_at(at - 3, "cron")) {
                let Some(close) = c.closing(at) else { return };
                behind = close;
                let arguments = c.items(at + 1..close);
                if let Some(command) = command(c, &arguments, dblink, is(&["alter_job"])) {
                    self.command(c, command, scope);
                }
            }
        }
    }

    fn command(&mut self, c: &Cursor<'_>, argument: Range<usize>, scope: &Scope) {
        let mut inner = scope.inside("dynamic");
        // it runs at another time, or on another server
        (inner.runs, inner.guards, inner.conditions) = (false, Vec::new(), 0);
        for text in Variables::default().evaluate(c, argument.clone()) {
            self.run(&text, c.span(argument.clone()), &inner);
        }
    }
}

/// The argument that is a command; `optional` where the function may be called without one.
fn command(c: &Cursor<'_>, arguments: &[Range<usize>], dblink: bool, optional: bool) -> Option<Range<usize>> {
    // `command => text`, `command := text`
    let is_named =
        |argument: &Range<usize>| c.symbol_at(argument.start + 1, b'=') || c.symbol_at(argument.start + 2, b'=');
    let named = arguments.iter().find(|argument| c.word_at(argument.start, "command") && is_named(argument));
    if let Some(argument) = named {
        return Some((argument.start + 3).min(argument.end)..argument.end);
    }
    let is_text = |argument: &&Range<usize>| c.tokens.get(argument.start).is_some_and(|token| token.is_text());
    let position = if optional { 2 } else { arguments.len().min(3).saturating_sub(1) };
    let last = if dblink { arguments.iter().rfind(is_text) } else { arguments.get(position) };
    last.filter(|argument| !is_named(argument)).cloned()
}
