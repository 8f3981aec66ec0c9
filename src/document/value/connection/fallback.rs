//! What a connection string leaves open and the driver takes from `PGHOST`, `PGPORT` and their like, where they stand in
//! the same document. The place of such a field is the variable's value.

use super::super::{placeholder, provider};
use super::driver::{self, Driver};
use super::fact::{User, endpoint, host_name, names_may_be_shown, provider_state, user_of, verifies};
use super::reading::modes;
use crate::fact::{Cause, Fact, Field, Kind, State, Value};
use crate::source::{Mapped, Secret, Span};
use std::collections::HashMap;

/// How every variable begins that a driver reads.
const PREFIX: &str = "PG";

/// A variable of the document: its value, where that is known.
enum Said {
    /// This text, here.
    Is(Secret, Span),
    /// It cannot be known.
    Unknown(State),
}

/// Completes every connection of one document from its variables.
pub(in crate::document) fn fall_back(facts: &mut [Fact]) {
    let names: Vec<&str> =
        driver::DRIVERS.iter().flat_map(|driver| driver.environment).map(|(name, _)| *name).collect();
    let mut said: HashMap<&'static str, Said> = HashMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == Kind::Variable) {
        let name = fact.own(Field::Name).and_then(State::text);
        let Some(name) = name.filter(|name| name.starts_with(PREFIX)) else { continue };
        let known =
            if name == "PGSERVICE" { Some("PGSERVICE") } else { names.iter().find(|known| **known == name).copied() };
        let Some(known) = known else { continue };
        match fact.own(Field::Value) {
            // An empty variable says nothing; the last definition counts.
            Some(State::Stated(Value::Secret(value), span)) if !value.is_empty() => {
                said.insert(known, Said::Is(value.clone(), *span));
            }
            Some(state @ State::Unknown(..)) => {
                said.insert(known, Said::Unknown(state.clone()));
            }
            _ => {
                said.remove(known);
            }
        }
    }
    if said.is_empty() {
        return;
    }
    let whole = |fact: &&mut Fact| {
        fact.kind == Kind::Connection && fact.own(Field::Stands).and_then(State::text) == Some("value")
    };
    for fact in facts.iter_mut().filter(whole) {
        if let Some(driver) = fact.own(Field::Driver).and_then(State::text).and_then(driver::named) {
            complete(fact, driver, &said);
        }
    }
}

/// Whether nothing is written for a field: its state is a default, or a gap.
fn is_open(fact: &Fact, field: Field) -> bool {
    match fact.own(field) {
        Some(State::Defaulted(..)) => true,
        Some(State::Absent(gap)) => gap.is_none_or(Span::is_gap),
        // libpq takes an empty password for none.
        Some(state) => field == Field::Password && state.text() == Some("empty"),
        None => false,
    }
}

fn complete(fact: &mut Fact, driver: &Driver, said: &HashMap<&'static str, Said>) {
    let mut changed = false;
    for field in [Field::Host, Field::Port, Field::User, Field::Database, Field::Sslmode, Field::Password] {
        if !is_open(fact, field) {
            continue;
        }
        let variables = driver.environment.iter().filter(|(_, of)| *of == field);
        let variable = variables.filter_map(|(name, _)| Some((*name, said.get(name)?))).next();
        let state = match variable {
            Some((name, Said::Is(value, span))) => state_of(field, value, *span, name, driver.name),
            Some((_, Said::Unknown(state))) => Some(state.clone()),
            None => service(driver, said, fact.anchor),
        };
        let Some(state) = state else { continue };
        if let State::Absent(Some(span)) = state
            && fact.own(Field::Refused).is_none_or(|refused| matches!(refused, State::Absent(_)))
        {
            let why = if field == Field::Port { "port" } else { "sslmode" };
            fact.set(Field::Refused, State::Stated(Value::Word(why), span));
        }
        fact.set(field, state);
        changed = true;
    }
    if changed {
        derive(fact);
    }
}

/// What cannot be known while a service file is named.
fn service(driver: &Driver, said: &HashMap<&'static str, Said>, anchor: Span) -> Option<State> {
    let reads = matches!(driver.name, "libpq" | "sqlalchemy" | "asyncpg");
    said.get("PGSERVICE").filter(|_| reads)?;
    let help = "Write the parts out, or leave this connection to a review of the service file.";
    Some(State::Unknown(anchor.after(), Cause::new("comes from the service that PGSERVICE names", help)))
}

/// The state that a variable's text gives a field; nothing where it changes nothing.
fn state_of(field: Field, value: &Secret, span: Span, name: &str, driver: &str) -> Option<State> {
    let list = value.ask(|text| text.contains(','));
    Some(match field {
        // Hosts of a list are not told apart here.
        Field::Host | Field::Port if list => {
            let help = "Write the hosts into the connection string.";
            State::Unknown(span, Cause::new("comes from a list in a variable", help))
        }
        Field::Host => State::Stated(value.ask(host_name).into(), span),
        Field::Port => match value.ask(super::libpq::port) {
            Some(number) => State::Stated(i64::from(number).into(), span),
            // sqlx and JavaScript's drivers take their default instead.
            None if matches!(driver, "libpq" | "sqlalchemy" | "asyncpg") => State::Absent(Some(span)),
            None => return None,
        },
        // It counts if it begins with 1, and says nothing otherwise.
        Field::Sslmode if name == "PGREQUIRESSL" => {
            value.ask(|text| text.starts_with('1')).then_some(State::Stated(Value::Word("require"), span))?
        }
        Field::Sslmode => match value.ask(|text| mode(text, driver)) {
            Some(word) => State::Stated(Value::Word(word), span),
            None => State::Absent(Some(span)),
        },
        Field::Password => {
            let word = if value.ask(placeholder::is_placeholder) { "placeholder" } else { "set" };
            State::Stated(Value::Word(word), span)
        }
        _ => State::Stated(value.ask(str::to_owned).into(), span),
    })
}

/// The mode that a variable's text means to a driver.
fn mode(text: &str, driver: &str) -> Option<&'static str> {
    let word = |text: &str| modes().into_iter().find(|word| *word == text);
    match (driver, text) {
        ("node-postgres", "prefer" | "require" | "verify-ca" | "verify-full") => Some("verify-full"),
        ("node-postgres", "no-verify") => Some("require"),
        // Anything else is its default: none.
        ("node-postgres", _) => Some("disable"),
        ("postgres.js", "allow") => Some("require"),
        ("postgres.js", "require" | "prefer") => word(text),
        ("postgres.js", _) => Some("verify-full"),
        ("sqlx", _) => Some(word(&text.to_ascii_lowercase()).unwrap_or("prefer")),
        ("asyncpg", _) => word(&text.replace('_', "-")),
        _ => word(text),
    }
}

/// Works out again what follows from the fields.
fn derive(fact: &mut Fact) {
    let own = |fact: &Fact, field: Field| fact.own(field).cloned().unwrap_or(State::Absent(None));
    let (host, port) = (own(fact, Field::Host), own(fact, Field::Port));
    let name = host.text().unwrap_or("").to_owned();
    let user = own(fact, Field::User);
    if let (Some(text), Some(span)) = (user.text(), user.span()) {
        let User { role, project, .. } = parts_of_user(text, span, &name);
        fact.set(Field::Role, role);
        project.into_iter().for_each(|project| fact.set(Field::Project, project));
    }
    if let (Some(range), State::Stated(_, span)) = (provider::project(&name), &host) {
        if is_open(fact, Field::Project) {
            fact.set(Field::Project, State::Stated(name.get(range).unwrap_or("").into(), *span));
        }
    } else if let State::Unknown(..) = host
        && is_open(fact, Field::Project)
    {
        fact.set(Field::Project, host.clone());
    }
    fact.set(Field::Endpoint, endpoint(&host, &port));
    fact.set(Field::Provider, provider_state(&host));
    let sslmode = own(fact, Field::Sslmode);
    fact.set(Field::Verifies, verifies(&sslmode, None));
    fact.hidden |= !names_may_be_shown(&name, &host, &own(fact, Field::Role));
}

/// The parts of a user; where its text is spelled with escapes, each stands for the whole.
fn parts_of_user(text: &str, span: Span, host: &str) -> User {
    let mut mapped = Mapped::empty(span.source, span.start as usize);
    mapped.push(text, span.range());
    user_of(&mapped, host)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_variable_of_a_driver_has_the_prefix() {
        let mut names = super::driver::DRIVERS.iter().flat_map(|driver| driver.environment);
        assert!(names.all(|(name, _)| name.starts_with(super::PREFIX)));
    }
}
