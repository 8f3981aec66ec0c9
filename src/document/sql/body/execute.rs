//! EXECUTE, wherever PL/pgSQL knows it.

use super::Walker;
use std::ops::Range;

impl Walker<'_, '_> {
    /// `EXECUTE text [INTO v] [USING a, b]`, behind EXECUTE.
    pub(super) fn execute(&mut self, range: Range<usize>) {
        let ends = ["into", "using"];
        let stop = self.c.moved(range.start).find(range.end, |c, at| ends.iter().any(|word| c.word_at(at, word)));
        let text = range.start..stop;
        self.expression(text.clone());
        let scope = self.scope.inside("dynamic");
        for dynamic in self.reader.texts(&self.variables, &self.c, text.clone(), true) {
            self.reader.run(&dynamic, self.c.span(text.clone()), &scope);
        }
    }

    /// `RETURN QUERY [EXECUTE] …`, `RETURN …`.
    pub(super) fn returned(&mut self, range: Range<usize>) {
        if !self.c.word_at(range.start + 1, "query") {
            return self.expression(range);
        }
        if self.c.word_at(range.start + 2, "execute") {
            return self.execute(range.start + 3..range.end);
        }
        self.sql(range.start + 2..range.end);
    }

    /// `OPEN c FOR [EXECUTE] …`.
    pub(super) fn opened(&mut self, range: Range<usize>) {
        let query = self.c.moved(range.start).find(range.end, |c, at| c.word_at(at, "for")) + 1;
        if query >= range.end {
            return self.expression(range);
        }
        if self.c.word_at(query, "execute") {
            return self.execute(query + 1..range.end);
        }
        self.sql(query..range.end);
    }
}
