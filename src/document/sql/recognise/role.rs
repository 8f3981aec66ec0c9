//! CREATE ROLE and ALTER ROLE, in all their spellings.

use super::Recogniser;
use crate::fact::{Fact, Field, State};

/// Powers of roles that policies speak of, with the word that gives them; NO before it takes them.
const POWERS: &[(&str, &str, Field)] = &[
    ("login", "nologin", Field::Login),
    ("superuser", "nosuperuser", Field::Superuser),
    ("bypassrls", "nobypassrls", Field::BypassRls),
];

impl Recogniser<'_> {
    /// `name [WITH] options`, behind ROLE, USER or GROUP.
    pub(super) fn role(&mut self, is: &'static str) -> bool {
        let user = self.c.word_at(self.c.at.saturating_sub(1), "user");
        self.c.take_all(&["if", "exists"]);
        let Some(name) = self.c.part() else { return false };
        let mut fact = self.plain(self.operation(is, 0), Field::Name, &name);
        for (gives, takes, field) in POWERS {
            fact = self.power(fact, gives, takes, *field, is == "create_role", user);
        }
        let mut c = self.c;
        if c.take_all(&["rename", "to"]).is_some()
            && let Some(new) = c.part()
        {
            fact = self.plain(fact, Field::NewName, &new);
        }
        self.emit(fact);
        self.options()
    }

    /// One power; what is not written is so only where the role is new.
    fn power(&self, fact: Fact, gives: &str, takes: &str, field: Field, new: bool, user: bool) -> Fact {
        let end = self.c.tokens.len();
        let at = self.c.find(end, |c, at| c.word_at(at, gives) || c.word_at(at, takes));
        if at < end {
            return fact.with(field, self.c.word_at(at, gives), self.c.span(at..at + 1));
        }
        if !new {
            return fact;
        }
        // CREATE USER is CREATE ROLE with LOGIN
        fact.with_state(field, State::Defaulted((user && field == Field::Login).into(), self.end_gap()))
    }
}
