//! Text that a function of an extension takes and runs as SQL: `cron.schedule`, `dblink_exec`.

use super::Reader;
use super::cursor::Cursor;
use super::literal;
use super::lower::Scope;
use super::token::{Lexer, TokenKind};
use crate::fact::Cause;
use std::ops::Range;

/// Functions that take a command: pg_cron's (the command is the last of name, schedule, command), and dblink's.
const FUNCTIONS: &[&str] = &["schedule", "schedule_in_database", "dblink_exec"];

impl Reader {
    /// Reads the commands that are handed to such functions in a statement.
    pub(super) fn later(&mut self, c: &Cursor<'_>, scope: &Scope) {
        let mut behind = 0;
        for (at, token) in c.tokens.iter().enumerate() {
            let called = at >= behind
                && token.kind == TokenKind::Symbol(b'(')
                && at.checked_sub(1).is_some_and(|name| FUNCTIONS.iter().any(|word| c.word_at(name, word)));
            // `schedule` by itself is anybody's function
            let qualified = called && (c.word_at(at - 1, "dblink_exec") || (at > 2 && c.word_at(at - 3, "cron")));
            if qualified {
                let Some(close) = c.closing(at) else { return };
                behind = close;
                let arguments = c.items(at + 1..close);
                if let Some(command) = command(c, &arguments, c.word_at(at - 1, "dblink_exec")) {
                    self.command(c, command, scope);
                }
            }
        }
    }

    fn command(&mut self, c: &Cursor<'_>, argument: Range<usize>, scope: &Scope) {
        let mut inner = scope.inside("dynamic");
        // it runs at another time, or on another server
        (inner.runs, inner.guards) = (false, Vec::new());
        if inner.depth > super::DEEPEST_BODY {
            return self.unread(c.span(argument), "bodies are nested too deep to be read", "Write the statements out.");
        }
        let text = c.tokens.get(argument.clone()).and_then(|tokens| tokens.iter().find(|token| token.is_text()));
        let Some(token) = text else {
            let cause = Cause::new("runs text that is built at run time", "Write the statement out, or waive it.");
            return self.opaque(c.span(argument), &cause, &inner);
        };
        let decoded = literal::decode(c.text, *token);
        let (tokens, _) = Lexer::new(decoded.text()).all();
        self.statements(&decoded, &tokens, &inner);
    }
}

/// The argument that is a command.
fn command(c: &Cursor<'_>, arguments: &[Range<usize>], dblink: bool) -> Option<Range<usize>> {
    let named = arguments.iter().find(|argument| c.word_at(argument.start, "command"));
    let is_text = |argument: &&Range<usize>| c.tokens.get(argument.start).is_some_and(|token| token.is_text());
    let last =
        if dblink { arguments.iter().rfind(is_text) } else { arguments.get(arguments.len().min(3).saturating_sub(1)) };
    named.or(last).cloned()
}
