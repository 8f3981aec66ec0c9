//! Everything that is no table.

use super::super::meaning::{Named, bodies, expressions, queries};
use super::super::{Function, Schema, View};
use super::{Compare, Lack, both};
use std::collections::{BTreeMap, BTreeSet};

const VIEW: Lack = Lack { scenarios: ["view-only-expected", "view-only-actual"], family: "table" };
const FUNCTION: Lack = Lack { scenarios: ["function-only-expected", "function-only-actual"], family: "routine" };
const SIGNATURE: Lack = Lack { scenarios: ["function-signature", "function-signature"], family: "routine" };
const EXTENSION: Lack = Lack { scenarios: ["extension-only-expected", "extension-only-actual"], family: "plain" };
const ROLE: Lack = Lack { scenarios: ["role-only-expected", "role-only-actual"], family: "plain" };

/// The columns of a table in their order: what `*` means.
fn columns_of(schema: &Schema, table: &str) -> Option<Vec<String>> {
    let columns = schema.tables.get(table)?.ordered();
    Some(columns.into_iter().map(|(name, _)| name.clone()).collect())
}

/// What the columns of a view are called besides what its query says: `column a as b` is said of one that got another name.
fn named(view: &View) -> Named<'_> {
    let renamed = view.traits.iter().filter_map(|word| word.strip_prefix("column ")?.split_once(" as "));
    Named { columns: &view.columns, renamed: renamed.collect() }
}

/// How the privilege begins that PostgreSQL 17 brought.
const MAINTAIN: &str = "maintain on ";
const OF_17: &str = "the privilege MAINTAIN, which servers before PostgreSQL 17 do not have";

/// The roles that strangers come in with.
const CLIENTS: &[&str] = &["anon", "authenticated", "public"];

/// A name without its arguments.
fn bare(function: &str) -> &str {
    function.split('(').next().unwrap_or(function)
}

impl Compare<'_> {
    pub(super) fn views(&mut self) {
        let (expected, actual) = (self.expected, self.actual);
        for (name, one, other) in both(&expected.views, &actual.views) {
            let object = format!("view {name}");
            let (one, other) = match (one, other) {
                _ if !self.compares(name) => continue,
                (Some(one), Some(other)) => (one, other),
                (one, _) => {
                    self.lacks(&VIEW, object, one.is_some());
                    continue;
                }
            };
            let rights = [one.security_invoker, other.security_invoker];
            self.owners(&object, [one.owner.as_deref(), other.owner.as_deref()]);
            self.flags("view-differs", &object, rights, ["has security_invoker", "lacks security_invoker"]);
            let tables = |reads: &[String]| reads.iter().cloned().collect::<BTreeSet<_>>();
            let columns = |table: &str| columns_of(expected, table);
            if tables(&one.reads) != tables(&other.reads) {
                self.add("view-differs", object, "reads other tables than is expected");
                continue;
            }
            let renames = |word: &String| word.starts_with("column ");
            let kept = |view: &View| view.traits.iter().filter(|word| !renames(word)).cloned().collect::<Vec<_>>();
            self.traits("view-differs", &object, [&kept(one), &kept(other)]);
            let sides = [Some(&one.query), Some(&other.query)];
            let called = [named(one), named(other)];
            self.definitions("view-differs", &object, "query", sides, |one, other| {
                queries(one, other, called.clone(), &columns)
            });
        }
    }

    pub(super) fn functions(&mut self) {
        let (expected, actual) = (self.expected, self.actual);
        let named = |functions: &BTreeMap<String, Function>| {
            functions.keys().map(|name| bare(name).to_owned()).collect::<BTreeSet<_>>()
        };
        let (of_expected, of_actual) = (named(&expected.functions), named(&actual.functions));
        for (name, one, other) in both(&expected.functions, &actual.functions) {
            let object = format!("function {name}");
            match (one, other) {
                _ if !self.compares(name) => {}
                (Some(one), Some(other)) => {
                    self.callers(name, one, other);
                    self.owners(&object, [one.owner.as_deref(), other.owner.as_deref()]);
                    self.function(&object, one, other);
                }
                (one, _) => {
                    let others = if one.is_some() { &of_actual } else { &of_expected };
                    let lack = if others.contains(bare(name)) { &SIGNATURE } else { &FUNCTION };
                    self.lacks(lack, object, one.is_some());
                }
            }
        }
    }

    fn function(&mut self, object: &str, one: &Function, other: &Function) {
        let rights = [one.security_definer, other.security_definer];
        self.flags("function-differs", object, rights, ["is SECURITY DEFINER", "is SECURITY INVOKER"]);
        if path(one) != path(other) {
            self.add("function-differs", object, "sets another search_path than is expected");
        }
        self.words("function-remade", object, one.returns.as_deref(), other.returns.as_deref());
        self.words("function-differs", object, one.volatility.as_deref(), other.volatility.as_deref());
        self.traits("function-differs", object, [&one.traits, &other.traits]);
        if self.is_detailed() {
            self.parameters(object, one, other);
        }
        if one.language != other.language {
            return self.words("function-differs", object, one.language.as_deref(), other.language.as_deref());
        }
        let language = one.language.clone().unwrap_or_default();
        let sides = [Some(&one.body), Some(&other.body)];
        self.definitions("function-differs", object, "body", sides, |one, other| bodies(one, other, &language));
    }

    /// Names, modes and defaults of arguments, and settings.
    fn parameters(&mut self, object: &str, one: &Function, other: &Function) {
        if one.parameters != other.parameters {
            let said = |own: &Function| format!("({})", own.parameters.join(", "));
            let what = format!("has the arguments {}, and {} are expected", said(other), said(one));
            self.add("function-remade", object, &what);
        } else {
            for at in 1..=one.parameters.len() {
                let sides = [one.defaults.get(&at), other.defaults.get(&at)];
                self.definitions("function-differs", object, "default of an argument", sides, expressions);
            }
        }
        for (name, own, others) in both(&one.settings, &other.settings) {
            match (own, others) {
                (Some(_), Some(_)) => {
                    self.definitions("function-differs", object, "setting for itself", [own, others], expressions);
                }
                (Some(_), None) => self.add("function-differs", object, &format!("does not set {name} for itself")),
                _ => self.add("function-differs", object, &format!("sets {name} for itself, and no migration does")),
            }
        }
    }

    pub(super) fn extensions(&mut self) {
        let (expected, actual) = (self.expected, self.actual);
        // a dump of some schemas has none
        if !self.known.schemas.is_empty()
            || (actual.extensions.is_empty() && !expected.extensions.is_empty() && actual.printed)
        {
            return self.left_out("extensions", &expected.extensions);
        }
        for (name, one, other) in both(&expected.extensions, &actual.extensions) {
            let object = format!("extension {name}");
            match (one, other) {
                (Some(Some(one)), Some(Some(other))) if one != other => {
                    self.add("extension-differs", object, &format!("stands in {other}, and is expected in {one}"));
                }
                (Some(_), Some(_)) => {}
                // the server brings it along
                (None, Some(_)) if name == "plpgsql" => {}
                (one, _) => self.lacks(&EXTENSION, object, one.is_some()),
            }
        }
    }

    /// Says of what a dump leaves out that nobody compared it.
    fn left_out<V>(&mut self, what: &str, expected: &BTreeMap<String, V>) {
        if !expected.is_empty() && self.known.schemas.is_empty() {
            self.undecided(what, "the dump has none: it may be of some schemas only");
        }
    }

    pub(super) fn roles(&mut self) {
        let (expected, actual) = (self.expected, self.actual);
        // roles belong to the server: the dump of a database has none
        if expected.roles.is_empty() || actual.roles.is_empty() {
            let one = !expected.roles.is_empty() || !actual.roles.is_empty();
            self.drift.not_compared.extend(one.then(|| "roles, which a dump of one database does not have".to_owned()));
            return;
        }
        self.drift.not_compared.push("attributes of roles besides LOGIN, SUPERUSER and BYPASSRLS".to_owned());
        for (name, one, other) in both(&expected.roles, &actual.roles) {
            let object = format!("role {name}");
            let (one, other) = match (one, other) {
                (Some(one), Some(other)) => (one, other),
                (one, _) => {
                    self.lacks(&ROLE, object, one.is_some());
                    continue;
                }
            };
            self.flags("role-differs", &object, [one.login, other.login], ["may log in", "may not log in"]);
            self.flags("role-differs", &object, [one.superuser, other.superuser], ["is a superuser", "is none"]);
            let words = ["passes by row level security", "is under row level security"];
            self.flags("role-differs", &object, [one.bypass_rls, other.bypass_rls], words);
        }
    }

    pub(super) fn grants(&mut self) {
        let (expected, actual) = (self.expected, self.actual);
        if actual.printed && actual.grants.is_empty() && !expected.grants.is_empty() {
            return self.undecided("privileges", "the dump has none: it may be made with --no-privileges");
        }
        let lack = Lack { scenarios: ["grant-only-expected", "grant-only-actual"], family: "grant" };
        match self.is_detailed() {
            true => self.privileges(&lack, &expected.grants, &actual.grants),
            false => {
                let of_tables = |grants: &BTreeMap<String, Vec<String>>| {
                    let kept = grants.iter().filter(|(what, _)| !what.contains(" (") || what.contains(" on function "));
                    kept.map(|(what, roles)| (what.clone(), roles.clone())).collect::<BTreeMap<_, _>>()
                };
                self.privileges(&lack, &of_tables(&expected.grants), &of_tables(&actual.grants));
            }
        }
        let scenarios = ["default-privilege-only-expected", "default-privilege-only-actual"];
        let lack = Lack { scenarios, family: "grant" };
        self.privileges(&lack, &expected.default_privileges, &actual.default_privileges);
    }

    fn privileges(
        &mut self,
        lack: &Lack,
        expected: &BTreeMap<String, Vec<String>>,
        actual: &BTreeMap<String, Vec<String>>,
    ) {
        let none = Vec::new();
        for (what, one, other) in both(expected, actual) {
            let (one, other) = (one.unwrap_or(&none), other.unwrap_or(&none));
            if !self.privilege_is_compared(what) || self.is_perhaps(what) {
                continue;
            }
            // ALL gives it on a server that knows it, and the dump of an older one does not have it
            if what.contains(MAINTAIN) && one != other {
                if !self.drift.not_compared.iter().any(|named| named == OF_17) {
                    self.drift.not_compared.push(OF_17.to_owned());
                }
                continue;
            }
            // of a table that is written down it is known that it is there, and not who may read it
            let written_down = self.is_written_down(what);
            for role in one.iter().filter(|role| !other.contains(role)) {
                match self.owner_holds(actual, what, role) {
                    // whoever owns an object needs no GRANT, and a dump shows none
                    Some(true) => {}
                    Some(false) => self.lacks(lack, format!("{what} to {role}"), true),
                    None => self.undecided(format!("grants to {role}"), "the dump does not say what the role owns"),
                }
            }
            let clients = |role: &&String| !written_down || CLIENTS.contains(&role.as_str());
            for role in other.iter().filter(|role| !one.contains(role)).filter(clients) {
                self.lacks(lack, format!("{what} to {role}"), false);
            }
        }
    }

    /// Whether the object of a privilege may not be there: that is said of the object.
    fn is_perhaps(&self, what: &str) -> bool {
        let object = what.split_once(" on ").map_or(what, |(_, object)| object);
        let perhaps = || self.expected.perhaps.iter().chain(&self.actual.perhaps);
        match object.strip_prefix("function ") {
            Some(_) => perhaps().any(|own| own == object),
            None => perhaps().any(|own| own.strip_prefix("table ").or(own.strip_prefix("view ")) == Some(object)),
        }
    }

    /// Whether a role owns the object of a privilege on the other side, and needs no GRANT there. Nobody knows that of a
    /// role of which a dump without owners says nothing at all.
    fn owner_holds(&self, actual: &BTreeMap<String, Vec<String>>, what: &str, role: &str) -> Option<bool> {
        let object = what.split_once(" on ").map_or(what, |(_, object)| object);
        let functions = || {
            let name = object.strip_prefix("function ")?;
            self.actual.functions.get(name)?.owner.as_deref()
        };
        let table = self.actual.tables.get(object).and_then(|table| table.owner.as_deref());
        let view = self.actual.views.get(object).and_then(|view| view.owner.as_deref());
        match table.or(view).or_else(functions) {
            Some(owner) => Some(owner == role),
            None if !self.actual.printed || object.starts_with("schema ") || object.starts_with("every ") => {
                Some(false)
            }
            None if actual.values().any(|roles| roles.iter().any(|known| known == role)) => Some(false),
            None => None,
        }
    }

    /// Whether the table of a privilege is one that no migration makes, and that the page names.
    fn is_written_down(&self, what: &str) -> bool {
        let object = what.split_once(" on ").map_or(what, |(_, object)| object);
        let made = self.expected.tables.get(object).is_some_and(|table| table.made_at.is_some());
        !made && (self.known.documented)(object)
    }

    /// Whether everybody may call a function: that needs no GRANT. A dump without any privilege does not say it.
    fn callers(&mut self, name: &str, one: &Function, other: &Function) {
        let everybody = |function: &Function| {
            function.executable_by.as_ref().map(|roles| roles.iter().any(|role| role == "public"))
        };
        let what = format!("execute on function {name} to public");
        match (everybody(one), everybody(other)) {
            (Some(one), Some(other)) if one != other => {
                if [self.expected, self.actual].iter().any(|side| side.printed && side.grants.is_empty()) {
                    return self.undecided(what, "a dump has no privileges: it may be made with --no-privileges");
                }
                let scenarios = ["grant-only-expected", "grant-only-actual"];
                self.lacks(&Lack { scenarios, family: "grant" }, what, one);
            }
            (None, Some(_)) | (Some(_), None) => self.undecided(what, "one side does not say who may call it"),
            _ => {}
        }
    }

    /// Whether the object of a privilege is one that is compared.
    fn privilege_is_compared(&self, what: &str) -> bool {
        let object = what.split_once(" on ").map_or(what, |(_, object)| object);
        match (object.strip_prefix("schema "), object.strip_prefix("function "), object.split_once(" in ")) {
            (Some(schema), ..) => self.compares(&format!("{schema}.")),
            (_, Some(function), _) => self.compares(function),
            (_, _, Some((_, schema))) => self.compares(&format!("{schema}.")),
            _ if object.starts_with("every ") => true,
            _ => self.compares(object),
        }
    }
}

/// The schemas of a search_path, however they are quoted.
fn path(function: &Function) -> Option<Vec<String>> {
    let path = function.search_path.as_ref()?;
    Some(path.split(',').map(|schema| schema.trim().trim_matches(['"', '\'']).to_owned()).collect())
}
