//! Control structures of PL/pgSQL: which statements run under which checks.

use super::{Block, BlockKind, DEEPEST, Handlers, Walker};
use crate::document::sql::guard::{self, Guard};
use crate::fact::{Field, State, Value};

/// Checks that hold from here on; the later ones are left out where there are too many.
fn hold(guards: &mut Vec<Guard>, more: &[Guard]) {
    let room = guard::MOST.saturating_sub(guards.len());
    guards.extend(more.iter().take(room).cloned());
}

impl Walker<'_, '_> {
    /// Reads a keyword of a control structure with its condition, if one is next.
    pub(super) fn control(&mut self) -> bool {
        if self.c.take("declare") {
            self.declares = true;
            return true;
        }
        if self.c.is("begin") {
            self.c.at += 1;
            self.declares = false;
            self.open(BlockKind::Begin { handlers: None });
            return true;
        }
        if self.declares {
            return false;
        }
        let keywords =
            ["if", "elsif", "elseif", "else", "end", "case", "when", "loop", "while", "for", "foreach", "exception"];
        match self.c.take_any(&keywords) {
            Some("if") => self.condition(false),
            Some("elsif" | "elseif") => self.condition(true),
            Some("else") => self.otherwise(),
            Some("end") => self.end(),
            Some("case") => self.case(),
            Some("when") => self.when(),
            Some("loop") => self.open(BlockKind::Loop),
            Some("while") => self.loop_head(),
            Some("for") => self.for_loop(),
            Some("foreach") => self.foreach_loop(),
            Some(_) => self.exception(),
            None => return false,
        }
        true
    }

    fn open(&mut self, kind: BlockKind) {
        if self.blocks.len() >= DEEPEST && !self.deep {
            self.deep = true;
            let span = self.c.span(self.c.at.saturating_sub(1)..self.c.at);
            self.reader.unread(span, "blocks are nested too deep to be followed", "Divide the body.");
        }
        let (guards, facts) = (self.scope.guards.len(), self.reader.out.facts.len());
        let conditions = self.scope.conditions;
        self.blocks.push(Block { kind, guards, conditions, facts, returns: false });
    }

    /// `CASE [expression]`, up to its first WHEN.
    fn case(&mut self) {
        let when = self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "when"));
        self.expression(self.c.at..when);
        self.c.at = when;
        self.open(BlockKind::Case);
    }

    /// The THEN of a condition: one that belongs to no CASE inside it.
    fn then(&self) -> usize {
        let mut cases = 0_usize;
        self.c.find(self.c.tokens.len(), |c, at| {
            if c.word_at(at, "case") {
                cases += 1;
            } else if c.word_at(at, "end") {
                cases = cases.saturating_sub(1);
            }
            cases == 0 && c.word_at(at, "then")
        })
    }

    /// A condition up to THEN.
    fn condition(&mut self, alternative: bool) {
        let then = self.then();
        let range = self.c.at..then;
        let span = self.c.span(range.clone());
        let held = guard::conditions(&self.c, range.clone(), &self.known);
        self.expression(range);
        self.c.at = then + 1;
        if !alternative {
            self.open(BlockKind::If { negated: Vec::new(), alternatives: false });
        }
        let Some(Block { kind: BlockKind::If { negated, alternatives }, guards, conditions, returns, .. }) =
            self.blocks.last_mut()
        else {
            return;
        };
        self.scope.conditions = *conditions + usize::from(held.is_empty() || (alternative && negated.is_empty()));
        *alternatives |= alternative;
        *returns = false;
        self.scope.guards.truncate(*guards);
        hold(&mut self.scope.guards, negated);
        hold(&mut self.scope.guards, &held);
        negated.extend(guard::negate(held, span));
    }

    fn otherwise(&mut self) {
        if let Some(Block { kind: BlockKind::If { negated, alternatives }, guards, conditions, returns, .. }) =
            self.blocks.last_mut()
        {
            self.scope.conditions = *conditions + usize::from(negated.is_empty());
            *alternatives = true;
            *returns = false;
            self.scope.guards.truncate(*guards);
            hold(&mut self.scope.guards, negated);
        }
    }

    /// `END [IF | LOOP | CASE] [label]`.
    fn end(&mut self) {
        self.c.take_any(&["if", "loop", "case"]);
        if self.c.peek(0).is_some_and(|token| token.is_name()) {
            self.c.at += 1;
        }
        self.handled();
        let Some(block) = self.blocks.pop() else { return };
        self.swallow(&block);
        self.scope.guards.truncate(block.guards);
        self.scope.conditions = block.conditions;
        // `IF … THEN RETURN; END IF;`: what follows runs where the condition does not hold
        if let BlockKind::If { negated, alternatives: false } = block.kind
            && block.returns
        {
            hold(&mut self.scope.guards, &negated);
            self.scope.conditions += usize::from(negated.is_empty());
        }
    }

    /// `WHEN … THEN` of CASE, or of a handler.
    fn when(&mut self) {
        let then = self.then();
        self.handled();
        let words = (self.c.at..then).filter_map(|at| self.c.tokens.get(at));
        let names: Vec<String> = words.map(|token| self.c.slice(*token).to_ascii_lowercase()).collect();
        self.c.at = then + 1;
        if let Some(Block { kind: BlockKind::Begin { handlers: Some(handlers) }, .. }) = self.blocks.last_mut() {
            handlers.conditions = names;
            handlers.raises = false;
        }
        // an alternative of CASE, or a handler
        if let Some(block) = self.blocks.last() {
            self.scope.conditions = block.conditions + 1;
        }
    }

    /// `EXCEPTION` of a block.
    fn exception(&mut self) {
        let facts = self.reader.out.facts.len();
        if let Some(Block { kind: BlockKind::Begin { handlers }, .. }) = self.blocks.last_mut() {
            *handlers = Some(Handlers { facts, conditions: Vec::new(), raises: false, swallowed: Vec::new() });
        }
    }

    /// At the end of a handler: notes the conditions that it swallows.
    fn handled(&mut self) {
        let Some(Block { kind: BlockKind::Begin { handlers: Some(handlers) }, .. }) = self.blocks.last_mut() else {
            return;
        };
        for condition in std::mem::take(&mut handlers.conditions) {
            if !handlers.raises && guard::may_swallow(&condition) && !handlers.swallowed.contains(&condition) {
                handlers.swallowed.push(condition);
            }
        }
    }

    /// At the end of a block: what its handlers swallow guards its statements. One that is nested too deep, which is said,
    /// guards nothing.
    fn swallow(&mut self, block: &Block) {
        let BlockKind::Begin { handlers: Some(handlers) } = &block.kind else { return };
        if handlers.swallowed.is_empty() || self.blocks.len() >= DEEPEST {
            return;
        }
        let others = handlers.swallowed.iter().any(|condition| condition == "others");
        for fact in self.reader.out.facts.get_mut(block.facts..handlers.facts).unwrap_or_default() {
            let word = match fact.own(Field::Guarded).and_then(State::text) {
                Some("no" | "holder" | "other-object") if guard::swallows(&handlers.swallowed, fact) => "same-object",
                Some("no") if others => "any-error",
                _ => continue,
            };
            fact.set(Field::Guarded, State::Stated(Value::Word(word), fact.anchor));
        }
    }

    /// RAISE at the level of an error, in a handler: the error is not swallowed.
    pub(super) fn raised(&mut self, range: std::ops::Range<usize>) {
        let mild =
            ["notice", "warning", "info", "log", "debug"].iter().any(|word| self.c.word_at(range.start + 1, word));
        let handler = self.blocks.iter_mut().rev().take(DEEPEST).find_map(|block| match &mut block.kind {
            BlockKind::Begin { handlers } => Some(handlers),
            _ => None,
        });
        if let (false, Some(Some(handlers))) = (mild, handler) {
            handlers.raises = true;
        }
        self.expression(range);
    }

    /// What stands between WHILE and LOOP.
    fn loop_head(&mut self) {
        let head = self.c.at..self.c.find(self.c.tokens.len(), |c, at| c.word_at(at, "loop"));
        self.c.at = head.end + 1;
        self.expression(head);
        self.open(BlockKind::Loop);
        self.scope.conditions += 1;
    }

    /// `FOR v IN a..b | query | EXECUTE text LOOP`.
    fn for_loop(&mut self) {
        let end = self.c.tokens.len();
        let head = self.c.at..self.c.find(end, |c, at| c.word_at(at, "loop"));
        let inside = self.c.find(head.end, |c, at| c.word_at(at, "in"));
        let name = self.c.part().and_then(|part| part.text);
        let query = (inside + 1).min(head.end)..head.end;
        let elements = self.unnested(query.clone()).or_else(|| self.variables.numbers(&self.c, query.clone()));
        if let Some(name) = name {
            self.variables.iterate(name, elements);
        }
        let first = self.c.moved(query.start);
        if first.is("execute") {
            self.execute(query.start + 1..query.end);
        } else if first.is_any(&["select", "with", "values", "insert", "update", "delete", "table"]) {
            self.sql(query);
        } else {
            self.expression(query);
        }
        self.c.at = head.end + 1;
        self.open(BlockKind::Loop);
    }

    /// `SELECT unnest(ARRAY[…])`, `SELECT … FROM unnest(ARRAY[…])`, `SELECT … FROM (VALUES ('a'), ('b')) …`: the elements.
    fn unnested(&mut self, query: std::ops::Range<usize>) -> Option<Vec<crate::document::sql::dynamic::Dynamic>> {
        let mut c = self.c.until(query.end).moved(query.start);
        if !c.take("select") {
            return None;
        }
        // a list with conditions behind it is not the whole list
        let plain = |c: &crate::document::sql::cursor::Cursor<'_>| {
            !(c.at..query.end)
                .any(|at| ["where", "from", "join", "limit", "except"].iter().any(|word| c.word_at(at, word)))
                && !(c.at..query.end).any(|at| c.symbol_at(at, b','))
        };
        if c.take("unnest") {
            let inner = c.parens()?;
            return self.list(inner).filter(|_| plain(&c));
        }
        // one column, whatever it is called
        if !c.take_symbol(b'*') {
            c.name()?;
        }
        if !c.take("from") {
            return None;
        }
        if c.take("unnest") {
            let inner = c.parens()?;
            return self.list(inner).filter(|_| plain(&c));
        }
        let mut inner = c.parens()?;
        if !c.word_at(inner.start, "values") || !plain(&c.moved(c.at)) {
            return None;
        }
        inner.start += 1;
        self.rows(inner)
    }

    /// `('a'), ('b')`: the one value of each row, if all are known.
    fn rows(&mut self, inner: std::ops::Range<usize>) -> Option<Vec<crate::document::sql::dynamic::Dynamic>> {
        let items = self.c.items(inner.clone());
        let values = items.into_iter().map(|item| {
            let mut c = self.c.moved(item.start);
            let value = c.parens().filter(|_| c.at == item.end)?;
            self.variables.constant(&self.c, value)
        });
        let values: Option<Vec<_>> = values.collect();
        let span = self.c.span(inner);
        values.filter(|values| self.reader.has_room(values, span, false))
    }

    /// `FOREACH v IN ARRAY a LOOP`.
    fn foreach_loop(&mut self) {
        let end = self.c.tokens.len();
        let head = self.c.at..self.c.find(end, |c, at| c.word_at(at, "loop"));
        let array = self.c.find(head.end, |c, at| c.word_at(at, "in") && c.word_at(at + 1, "array"));
        if let Some(name) = self.c.part().and_then(|part| part.text) {
            let elements = self.list((array + 2).min(head.end)..head.end);
            self.variables.iterate(name, elements);
        }
        self.c.at = head.end + 1;
        self.open(BlockKind::Loop);
    }
}
