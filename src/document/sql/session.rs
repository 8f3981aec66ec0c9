//! What a script has set for itself so far: a transaction, and limits on waiting and running.

use crate::fact::{Fact, Field, State, Value, VariantDef};

/// One limit.
#[derive(Clone, Copy, Debug, Default)]
struct Limit {
    set: bool,
    /// Whether it ends with the transaction.
    local: bool,
}

/// The settings of a script that operations depend on.
#[derive(Debug, Default)]
pub(super) struct Session {
    transaction: bool,
    lock_timeout: Limit,
    statement_timeout: Limit,
}

impl Session {
    /// Says what holds where an operation runs, as far as it matters to it.
    pub fn complete(&self, fact: &mut Fact, variant: &VariantDef) {
        let gap = fact.anchor.before();
        for (field, yes) in [
            (Field::InTransaction, self.transaction),
            (Field::LockTimeout, self.lock_timeout.set),
            (Field::StatementTimeout, self.statement_timeout.set),
        ] {
            if variant.fields.contains(&field) {
                fact.set(field, State::Defaulted(Value::Bool(yes), gap));
            }
        }
    }

    /// Remembers what an operation changes.
    pub fn note(&mut self, fact: &Fact) {
        match fact.own(Field::Is).and_then(State::text) {
            Some("begin") => self.transaction = true,
            Some("commit" | "rollback") => {
                self.transaction = false;
                for limit in [&mut self.lock_timeout, &mut self.statement_timeout] {
                    limit.set &= !limit.local;
                }
            }
            Some("set") => self.set(fact),
            _ => {}
        }
    }

    fn set(&mut self, fact: &Fact) {
        let name = fact.own(Field::Name).and_then(State::text).unwrap_or("");
        let limits = match name {
            "lock_timeout" => vec![&mut self.lock_timeout],
            "statement_timeout" => vec![&mut self.statement_timeout],
            "all" => vec![&mut self.lock_timeout, &mut self.statement_timeout],
            _ => return,
        };
        let set = match fact.own(Field::Value).and_then(State::value) {
            // zero switches a limit off, whatever its unit
            Some(Value::Secret(value)) => value.ask(|text| {
                let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
                text != "DEFAULT" && digits.parse::<f64>().is_ok_and(|number| number > 0.0)
            }),
            _ => false,
        };
        let local = fact.own(Field::Local).and_then(State::value) == Some(&Value::Bool(true));
        for limit in limits {
            *limit = Limit { set, local };
        }
    }
}
