//! CREATE POLICY and ALTER POLICY.

use super::Recogniser;
use crate::fact::Field;

impl Recogniser<'_> {
    /// `p ON t [AS …] [FOR …] [TO …] [USING (…)] [WITH CHECK (…)]`, behind CREATE POLICY.
    pub(super) fn create_policy(&mut self) -> bool {
        self.policy("create_policy")
    }

    /// The same behind ALTER POLICY; `RENAME TO` besides.
    pub(super) fn alter_policy(&mut self) -> bool {
        self.policy("alter_policy")
    }

    fn policy(&mut self, is: &'static str) -> bool {
        let Some(name) = self.c.part() else { return false };
        let on = self.c.take("on");
        let Some(table) = self.c.name() else { return false };
        let fact = self.on_table(self.operation(is, 0), &table);
        let fact = self.plain(fact, Field::Name, &name);
        self.emit(fact);
        if self.c.take_all(&["rename", "to"]).is_some() {
            return on && self.c.part().is_some() && self.c.done();
        }
        if self.c.take("as") {
            self.c.part();
        }
        // the command is a keyword of SQL here
        if self.c.take("for") && self.c.take_any(&["all", "select", "insert", "update", "delete"]).is_none() {
            return false;
        }
        if self.c.take("to") {
            self.c.names();
        }
        let mut whole = on;
        while !self.c.done() {
            let using = self.c.take("using") || self.c.take_all(&["with", "check"]).is_some();
            let Some(inner) = self.c.parens() else { return false };
            whole &= using && self.scan(inner, true);
        }
        whole
    }
}
