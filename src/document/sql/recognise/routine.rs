//! CREATE FUNCTION, CREATE PROCEDURE and DO: what they are, and where their bodies stand.

use super::{Body, BodyText, Language, Recogniser, flag};
use crate::document::sql::cursor::Cursor;
use crate::document::sql::literal;
use crate::document::sql::token::{Token, TokenKind};
use crate::fact::{Cause, Fact, Field, State, Value};
use crate::source::{Secret, Span};
use std::ops::Range;

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
        let fact = fact.with_state(Field::Parameters, self.parameters(inner.clone()));
        let end = self.c.tokens.len();
        let fact = self.routine_options(fact, true);
        let fact = self.body(fact);
        let fact = if is == "create_function" { self.returns(fact, &inner) } else { fact };
        let fact = self.types(fact, &inner);
        self.emit(fact);
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

    /// What stands in the brackets behind the name, and the columns of RETURNS TABLE (…) behind that, each after TABLE.
    fn parameters(&self, inner: Range<usize>) -> State {
        let own = super::names::definition(&self.c, inner);
        let mut c = self.c;
        let columns = c.take_all(&["returns", "table"]).and_then(|_| c.parens());
        let (State::Stated(Value::Secret(text), span), Some(columns)) = (&own, columns) else { return own };
        let mut all = text.ask(str::to_owned);
        for item in c.items(columns) {
            let State::Stated(Value::Secret(column), _) = super::names::definition(&c, item) else { return own };
            all += &column.ask(|column| format!(", TABLE {column}"));
        }
        State::Stated(Value::Secret(Secret::new(all.strip_prefix(", ").unwrap_or(&all))), *span)
    }

    /// With what the routine does: the text of its body, or `RETURN …` and `BEGIN ATOMIC …` as they are written.
    fn body(&self, fact: Fact) -> Fact {
        let end = self.c.tokens.len();
        let starts = |c: &Cursor<'_>, at: usize| {
            c.word_at(at, "return")
                || (c.word_at(at, "begin") && c.word_at(at + 1, "atomic"))
                || (c.word_at(at, "as") && c.tokens.get(at + 1).is_some_and(|token| token.is_text()))
        };
        let at = self.c.find(end, starts);
        if at >= end {
            return fact;
        }
        match self.c.tokens.get(at + 1).copied().filter(|_| self.c.word_at(at, "as")) {
            Some(token) => {
                let text = literal::decode(self.c.text, token);
                if super::names::holds_hole(text.text()) {
                    let unknown = State::Unknown(self.c.span(at + 1..at + 2), super::names::unknown_name());
                    return fact.with_state(Field::Definition, unknown);
                }
                fact.with(Field::Definition, Secret::new(text.text()), self.c.span(at + 1..at + 2))
            }
            None => fact.with_state(Field::Definition, super::names::definition(&self.c, at..end)),
        }
    }

    /// With what the options of a routine say; the cursor stands behind its arguments. What is not written is the
    /// server's default where the routine is `new`, and stays as it was where it is altered.
    pub(super) fn routine_options(&self, fact: Fact, new: bool) -> Fact {
        let end = self.c.tokens.len();
        let gap = self.c.gap();
        // what stands in the body is no option
        let body =
            |c: &Cursor<'_>, at| c.word_at(at, "return") || c.word_at(at, "begin") && c.word_at(at + 1, "atomic");
        let end = self.c.find(end, body).min(end);
        let find = |word: &str| Some(self.c.find(end, |c, at| c.word_at(at, word))).filter(|at| *at < end);
        let mut fact = fact;
        if let Some(at) = find("security") {
            let definer = self.c.word_at(at + 1, "definer");
            fact = fact.with(Field::SecurityDefiner, definer, self.c.span(at..at + 2));
        } else if new {
            fact = fact.with_flag(Field::SecurityDefiner, None, gap);
        }
        if new {
            fact = match find("language") {
                Some(at) => {
                    let name =
                        self.c.tokens.get(at + 1).map_or("", |token| self.c.slice(*token).trim_matches(['"', '\'']));
                    fact.with(Field::Language, name.to_ascii_lowercase(), self.c.span(at + 1..at + 2))
                }
                None => fact.with_state(Field::Language, State::Defaulted("sql".into(), gap)),
            };
        }
        if matches!(fact.own(Field::Is).and_then(State::text), Some("create_function" | "alter_function")) {
            let said = ["immutable", "stable", "volatile"].iter().find_map(|word| find(word).map(|at| (*word, at)));
            fact = match said {
                Some((word, at)) => fact.with_word(Field::Volatility, word, self.c.span(at..at + 1)),
                None if new => fact.with_state(Field::Volatility, State::Defaulted(Value::Word("volatile"), gap)),
                None => fact,
            };
        }
        let fact = self.described_routine(fact, end, new);
        self.own_search_path(fact, end)
    }

    /// The search path that a routine sets for itself.
    fn path_of_routine(&self) -> Option<Vec<String>> {
        let end = self.c.tokens.len();
        let at = self.c.find(end, |c, at| c.word_at(at, "set") && c.named_at(at + 1, "search_path"));
        let mut c = self.c.moved(at + 2);
        if at >= end || (!c.take("to") && !c.take_symbol(b'=')) {
            return None;
        }
        Some(super::setting::schemas(&mut c))
    }

    /// With `SET search_path {TO | =} a, b`: the schemas, without quotes.
    fn own_search_path(&self, fact: Fact, end: usize) -> Fact {
        let at = self.c.find(end, |c, at| c.word_at(at, "set") && c.named_at(at + 1, "search_path"));
        let reset = self.c.find(end, |c, at| {
            c.word_at(at, "reset") && (c.named_at(at + 1, "search_path") || c.word_at(at + 1, "all"))
        });
        if at >= end && reset >= end {
            return fact;
        }
        let mut c = self.c.moved(at + 2);
        let default = (c.is_symbol(b'=') || c.is("to")) && c.word_at(c.at + 1, "default");
        if at >= end || default {
            return fact.with_state(Field::SearchPath, State::Absent(Some(c.gap_at(end))));
        }
        if c.take_all(&["from", "current"]).is_some() {
            let help = "Write the schemas out.";
            let cause = Cause::new("is the search_path of who creates it", help);
            return fact.with_state(Field::SearchPath, State::Unknown(c.span(at..c.at), cause));
        }
        if !c.take("to") && !c.take_symbol(b'=') {
            return fact;
        }
        let schemas = super::setting::schemas(&mut c);
        let (path, span) = (schemas.join(", "), c.span(at..c.at));
        match super::names::holds_hole(&path) {
            true => fact.with_state(Field::SearchPath, State::Unknown(span, super::names::unknown_name())),
            false => fact.with(Field::SearchPath, path, span),
        }
    }

    /// With the type behind RETURNS.
    fn returns(&self, fact: Fact, arguments: &Range<usize>) -> Fact {
        let mut c = self.c;
        if !c.take("returns") || c.are(&["null", "on"]) {
            return self.returns_out(fact, arguments);
        }
        let stop = self.result_end(c.at);
        let span = c.span(c.at..stop);
        let set = if c.take("setof") { "setof " } else { "" };
        match super::names::normal_type(&c.part_of(c.at..stop)) {
            Some(name) => fact.with(Field::Returns, format!("{set}{name}"), span),
            None => fact.with_state(Field::Returns, State::Unknown(span, super::names::unknown_name())),
        }
    }

    /// With the result of a function that only says OUT: one value's type, or a record.
    fn returns_out(&self, fact: Fact, arguments: &Range<usize>) -> Fact {
        let span = self.c.span(arguments.clone());
        let out = |word: &str| arguments.clone().any(|at| self.c.word_at(at, word));
        if !out("out") && !out("inout") {
            return fact;
        }
        match super::names::results(&self.c, arguments.clone()) {
            Some(types) => match types.as_slice() {
                [] => fact,
                [one] => fact.with(Field::Returns, one.as_str(), span),
                _ => fact.with(Field::Returns, "record", span),
            },
            None => fact.with_state(Field::Returns, State::Unknown(span, super::names::unknown_name())),
        }
    }

    /// With every type that the signature speaks of: of arguments, of OUT, of the result and of the columns of its table.
    fn types(&self, fact: Fact, arguments: &Range<usize>) -> Fact {
        let mut types = super::names::typed(&self.c, arguments.clone()).unwrap_or_default();
        let mut c = self.c;
        if c.take("returns") {
            let stop = self.result_end(c.at);
            c.take("setof");
            let columns = c.take("table").then(|| c.parens()).flatten();
            types.extend(match columns {
                Some(columns) => super::names::typed(&self.c, columns).unwrap_or_default(),
                None => {
                    super::names::normal_type(&self.c.part_of(c.at..stop)).map(|ty| (true, ty)).into_iter().collect()
                }
            });
        }
        let types: Vec<Value> = types.into_iter().map(|(_, ty)| Value::from(ty)).collect();
        if types.is_empty() {
            return fact;
        }
        fact.with(Field::Types, Value::List(types), self.c.span(arguments.clone()))
    }

    /// Where the type behind RETURNS ends.
    fn result_end(&self, from: usize) -> usize {
        const ENDS: &[&str] = &[
            "as",
            "language",
            "immutable",
            "stable",
            "volatile",
            "strict",
            "called",
            "security",
            "cost",
            "rows",
            "set",
            "window",
            "leakproof",
            "not",
            "parallel",
            "return",
            "begin",
            "external",
            "support",
            "transform",
        ];
        self.c.moved(from).find(self.c.tokens.len(), |c, at| ENDS.iter().any(|word| c.word_at(at, word)))
    }

    /// `BEGIN ATOMIC … END`: statements among the tokens of this one.
    fn atomic_body(&mut self, atomic: usize) -> bool {
        let end = self.c.tokens.len();
        let head = self.scan(self.c.at..atomic, false);
        let closed = self.c.word_at(end.saturating_sub(1), "end");
        let inner = self.c.tokens.get(atomic + 2..end.saturating_sub(1)).unwrap_or_default();
        let (text, search_path) = (BodyText::Tokens(inner), None);
        self.out.bodies.push(Body { language: Language::Sql, stands: "function-body", text, search_path });
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
        let search_path = if stands == "function-body" { self.path_of_routine() } else { None };
        self.out.bodies.push(Body { language, stands, text: BodyText::Constant(token), search_path });
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
