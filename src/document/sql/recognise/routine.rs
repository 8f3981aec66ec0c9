//! CREATE FUNCTION, CREATE PROCEDURE and DO: what they are, and where their bodies stand.

use super::{Body, BodyText, Language, Recogniser, flag};
use crate::document::sql::token::{Token, TokenKind};
use crate::fact::Field;
use crate::source::Span;

impl Recogniser<'_> {
    /// `name (arguments) [RETURNS …] options`, behind CREATE FUNCTION or CREATE PROCEDURE.
    pub(super) fn create_routine(&mut self, is: &'static str, replace: (Option<Span>, Span)) -> bool {
        let Some(name) = self.c.name() else { return false };
        let fact = self.called(self.operation(is, 0), &name);
        let Some(inner) = self.c.parens() else {
            self.emit(flag(fact, Field::OrReplace, replace));
            return false;
        };
        let fact = flag(self.arguments(fact, inner.clone()), Field::OrReplace, replace);
        let end = self.c.tokens.len();
        let definer = self.c.find(end, |c, at| c.word_at(at, "security") && c.word_at(at + 1, "definer"));
        let said = (definer < end).then(|| self.c.span(definer..definer + 2));
        let gap = self.c.gap();
        self.emit(fact.with_flag(Field::SecurityDefiner, said, gap));
        let arguments = self.scan(inner, false);
        let language = self.language();
        let atomic = self.c.find(end, |c, at| c.word_at(at, "begin") && c.word_at(at + 1, "atomic"));
        if atomic < end {
            return self.atomic_body(atomic) && arguments;
        }
        let defined = self.c.find(end, |c, at| {
            c.word_at(at, "return")
                || (c.word_at(at, "as") && c.tokens.get(at + 1).is_some_and(|token| token.is_text()))
        });
        let body = self.c.tokens.get(defined + 1).copied().filter(|token| token.is_text());
        if let (true, Some(token)) = (self.c.word_at(defined, "as"), body) {
            self.add_body(language, "function-body", token);
        }
        let whole = self.scan(self.c.at..end, false);
        self.c.at = end;
        arguments && whole && defined < end
    }

    /// `BEGIN ATOMIC … END`: statements among the tokens of this one.
    fn atomic_body(&mut self, atomic: usize) -> bool {
        let end = self.c.tokens.len();
        let head = self.scan(self.c.at..atomic, false);
        let closed = self.c.word_at(end.saturating_sub(1), "end");
        let inner = self.c.tokens.get(atomic + 2..end.saturating_sub(1)).unwrap_or_default();
        self.out.bodies.push(Body { language: Language::Sql, stands: "function-body", text: BodyText::Tokens(inner) });
        self.c.at = end;
        head && closed
    }

    /// What LANGUAGE says; SQL where nothing does.
    fn language(&self) -> Option<Token> {
        let end = self.c.tokens.len();
        let at = self.c.find(end, |c, at| c.word_at(at, "language"));
        self.c.tokens.get(at + 1).copied()
    }

    fn add_body(&mut self, language: Option<Token>, stands: &'static str, token: Token) {
        let name = language.map_or("", |token| self.c.slice(token).trim_matches(['"', '\'']));
        let language = match name.to_ascii_lowercase().as_str() {
            "plpgsql" => Language::Plpgsql,
            "" if stands == "do-block" => Language::Plpgsql,
            "" | "sql" => Language::Sql,
            // the name of a C symbol: no text that runs
            "c" | "internal" => return,
            _ => Language::Other,
        };
        self.out.bodies.push(Body { language, stands, text: BodyText::Constant(token) });
    }

    /// `DO [LANGUAGE l] 'body'`, in either order.
    pub(super) fn do_block(&mut self) -> bool {
        let start = self.c.at;
        self.c.at += 1;
        let fact = self.operation("do_block", start);
        self.emit(fact);
        let mut language = None;
        let mut body = None;
        while let Some(token) = self.c.peek(0) {
            self.c.at += 1;
            if token.kind == TokenKind::Word && self.c.word_at(self.c.at - 1, "language") {
                language = self.c.peek(0);
                self.c.at += 1;
            } else if token.is_text() && body.is_none() {
                body = Some(token);
            } else {
                return false;
            }
        }
        if let Some(token) = body {
            self.add_body(language, "do-block", token);
        }
        body.is_some()
    }
}
