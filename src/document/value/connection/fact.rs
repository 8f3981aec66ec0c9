//! Facts of a connection: one for each host it names.

use super::super::{provider, reference, shape};
use super::reading::{Host, Port, Tls, Verifies};
use super::{Connection, Form};
use crate::fact::{Cause, Fact, Field, Kind, State, Value};
use crate::source::{Mapped, Secret, Span};
use std::ops::Range;

/// More hosts than that in one string are not told apart: each is a fact with all of the others' fields.
const MOST_HOSTS: usize = 64;

/// The longest name of a parameter that is repeated in words.
const LONGEST_NAME: usize = 32;

/// The user's parts: the whole, the role, the project.
pub(super) struct User {
    pub user: State,
    pub role: State,
    pub project: Option<State>,
}

impl Connection {
    /// One fact for each host, and one for the password if it is set.
    pub(in super::super) fn facts(&self, stands: &'static str) -> Vec<Fact> {
        let hosts = &self.reading.hosts;
        let few = hosts.len() <= MOST_HOSTS;
        let hosts = if few { hosts.as_slice() } else { hosts.get(..1).unwrap_or_default() };
        let mut facts: Vec<_> = hosts.iter().map(|host| self.fact(host, stands)).collect();
        if !few {
            let cause = Cause::new(
                format!("is one of more than {MOST_HOSTS} hosts"),
                "Name fewer hosts in one connection string.",
            );
            for field in [Field::Host, Field::Port, Field::Endpoint, Field::Provider, Field::Project] {
                facts.iter_mut().for_each(|fact| fact.set(field, State::Unknown(fact.anchor, cause.clone())));
            }
        }
        // What is refused is refused once, however many hosts there are.
        for fact in facts.iter_mut().skip(1) {
            fact.set(Field::Refused, State::Absent(None));
        }
        facts.extend(facts.first().and_then(|first| self.credential(first, stands)));
        facts
    }

    fn fact(&self, host: &Host, stands: &'static str) -> Fact {
        let anchor = self.text.whole();
        let name = host_name(host.name.text());
        let port = self.port(&host.port);
        let User { user, role, project } = self.user_parts(&name);
        let scheme = self.text.slice(self.form.scheme());
        let driver = State::Stated(Value::Word(self.driver.name), scheme.whole());
        let scheme = match self.form {
            Form::Keyword => State::Stated("keyword".into(), anchor),
            _ => State::Stated(scheme.text().into(), scheme.whole()),
        };
        let host_state = self.host(&host.name, &name);
        let hidden = self.ambiguous || !names_may_be_shown(&name, &host_state, &role);
        let sslmode = self.sslmode();
        let mut fact = Fact::new(Kind::Connection, anchor)
            .with_word(Field::Stands, stands, anchor)
            .with_state(Field::Scheme, scheme)
            .with_state(Field::Driver, driver)
            .with_state(Field::Refused, self.refused())
            .with_state(Field::Ignored, self.ignored())
            .with_state(Field::Endpoint, endpoint(&host_state, &port))
            .with_state(Field::Provider, provider_state(&host_state))
            .with_state(Field::Project, self.project(&name, &host.name, &host_state, project))
            .with_state(Field::Host, host_state)
            .with_state(Field::Port, port)
            .with_state(Field::User, user)
            .with_state(Field::Role, role)
            .with_state(Field::Database, self.database())
            .with_state(Field::Verifies, self.verifies(&sslmode))
            .with_state(Field::Sslmode, sslmode)
            .with_state(Field::Password, self.password());
        fact.hidden = hidden;
        fact
    }

    /// What the driver refuses first; unknown for a string that holds what cannot be known.
    fn refused(&self) -> State {
        match self.reading.refused.first() {
            Some(refused) => State::Stated(Value::Word(refused.why), refused.span),
            // More may stand in a reference.
            None if self.reading.open.is_some() => self.elsewhere(self.text.whole()).unwrap_or(State::Absent(None)),
            None => State::Absent(None),
        }
    }

    /// The parameters that the driver does not take, by name where the name may be said.
    fn ignored(&self) -> State {
        let (Some(first), Some(last)) = (self.reading.ignored.first(), self.reading.ignored.last()) else {
            return State::Absent(None);
        };
        let said = |name: &Mapped| {
            let text = name.text();
            let known = text.len() <= LONGEST_NAME && shape::is_small_name(text) && is_known_parameter(text);
            Value::Text(if known { text } else { "other" }.into())
        };
        let mut names: Vec<Value> = self.reading.ignored.iter().map(said).collect();
        names.sort();
        names.dedup();
        State::Stated(Value::List(names), first.whole().to(last.whole()))
    }

    /// What is not written and may come from elsewhere: a service file, or a reference that holds more than one part.
    fn elsewhere(&self, gap: Span) -> Option<State> {
        if let Some(open) = &self.reading.open {
            return Some(if reference::any(open.text()) { reference::unknown(open) } else { by_dialect(open.whole()) });
        }
        self.reading.service.as_ref().map(|_| service_file(gap))
    }

    fn host(&self, host: &Mapped, name: &str) -> State {
        if reference::any(host.text()) {
            return reference::unknown(host);
        }
        match name {
            "" => self.elsewhere(host.whole()).unwrap_or(State::Absent(Some(host.whole()))),
            name => State::Stated(name.into(), host.whole()),
        }
    }

    fn port(&self, port: &Port) -> State {
        match port {
            Port::Is(number, span) => State::Stated(i64::from(*number).into(), *span),
            Port::Default(gap) => self.elsewhere(*gap).unwrap_or(State::Defaulted(5432.into(), *gap)),
            Port::Refused(span) => State::Absent(Some(*span)),
            Port::Open(reference) => reference::unknown(reference),
        }
    }

    fn user_parts(&self, host: &str) -> User {
        match self.reading.user.as_ref().filter(|user| !user.text().is_empty()) {
            Some(user) => user_of(user, host),
            None => {
                let gap = self.reading.user.as_ref().map_or(self.password_gap, Mapped::whole).before();
                let state = self.elsewhere(gap).unwrap_or(State::Absent(Some(gap)));
                User { user: state.clone(), role: state, project: None }
            }
        }
    }

    /// The project of the host, of the user of a shared pooler, or of `options=reference=<ref>`.
    fn project(&self, name: &str, host: &Mapped, host_state: &State, of_user: Option<State>) -> State {
        if let State::Unknown(..) = host_state {
            return host_state.clone();
        }
        if let Some(range) = provider::project(name) {
            return State::Stated(name.get(range.clone()).unwrap_or("").into(), host.span(range));
        }
        let gap = self.reading.user.as_ref().map_or(self.password_gap, Mapped::whole).after();
        let of_options = || self.reading.options.as_ref().and_then(project_of_options);
        of_user.or_else(of_options).unwrap_or(State::Absent(Some(gap)))
    }

    fn database(&self) -> State {
        let end = self.text.whole().after();
        match &self.reading.database {
            Some(database) if reference::any(database.text()) => reference::unknown(database),
            Some(database) => stated(database),
            None => self.elsewhere(end).unwrap_or(State::Absent(Some(end))),
        }
    }

    fn password(&self) -> State {
        match (&self.reading.password, self.password_state()) {
            (Some(password), Some(word)) => State::Stated(Value::Word(word), password.whole()),
            _ => {
                let file = self.reading.passfile.as_ref().map(|_| password_file(self.password_gap));
                self.elsewhere(self.password_gap).or(file).unwrap_or(State::Absent(Some(self.password_gap)))
            }
        }
    }

    /// The effective mode. A word that is none is refused by the driver: the field is then absent at the word, which
    /// fails every condition there.
    fn sslmode(&self) -> State {
        let end = self.text.whole().after();
        match &self.reading.tls {
            Tls::Is(word, span) => State::Stated(Value::Word(word), *span),
            Tls::Refused(span) => State::Absent(Some(*span)),
            Tls::Open(value) => reference::unknown(value),
            Tls::Default(word) => self.elsewhere(end).unwrap_or(State::Defaulted(Value::Word(word), end)),
            Tls::Unset => self.elsewhere(end).unwrap_or(State::Defaulted(Value::Word("prefer"), end)),
        }
    }

    fn verifies(&self, sslmode: &State) -> State {
        verifies(sslmode, self.reading.verifies)
    }

    /// The password as a credential, where it is set.
    fn credential(&self, connection: &Fact, stands: &'static str) -> Option<Fact> {
        let password = self.reading.password.as_ref().filter(|_| self.password_state() == Some("set"))?;
        let span = password.whole();
        let field = |field: Field| connection.own(field).cloned().unwrap_or(State::Absent(None));
        let local = field(Field::Provider).text() == Some("local");
        let mut fact = Fact::variant(Kind::Credential, "password", span)
            .with(Field::Value, Secret::new(password.text()), span)
            .with_word(Field::Stands, stands, span)
            .with(Field::Secret, true, span)
            .with(Field::Demo, local && password.text() == "postgres", span)
            .with_state(Field::Role, field(Field::Role))
            .with_state(Field::Project, field(Field::Project));
        fact.hidden = connection.hidden;
        Some(fact)
    }
}

/// A host as facts tell it: in lower case, unless it is the path of a Unix socket.
pub(super) fn host_name(written: &str) -> String {
    if written.starts_with(['/', '@']) { written.to_owned() } else { written.to_ascii_lowercase() }
}

/// Host and role appear in messages, so they must have the shapes that may be shown.
pub(super) fn names_may_be_shown(host: &str, host_state: &State, role: &State) -> bool {
    let host = host_state.text().is_none() || shape::is_host(host) || shape::is_socket(host);
    host && role.text().is_none_or(shape::is_small_name)
}

/// Names of parameters that some driver knows; another may be a part of a password.
fn is_known_parameter(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "ssl",
        "pgbouncer",
        "connection_limit",
        "pool_timeout",
        "schema",
        "sslaccept",
        "prepare",
        "supa",
        "search_path",
        "statement_timeout",
        "database",
        "uselibpqcompat",
    ];
    super::libpq::KEYS.contains(&name) || OTHERS.contains(&name)
}

/// The user, and what a shared pooler reads from it.
pub(super) fn user_of(user: &Mapped, host: &str) -> User {
    let of = |part: &Mapped| if reference::any(part.text()) { reference::unknown(part) } else { stated(part) };
    let whole = of(user);
    let plain = reference::veil(user.text());
    let part = |range: Range<usize>| user.slice(range);
    match plain.rfind('.').filter(|_| provider::is_shared_pooler(host)) {
        None => User { role: whole.clone(), user: whole, project: None },
        Some(dot) => {
            let project = part(dot + 1..plain.len());
            let state = match of(&project) {
                State::Stated(..) if !provider::is_project(project.text()) => State::Absent(Some(project.whole())),
                state => state,
            };
            User { user: whole, role: of(&part(0..dot)), project: Some(state) }
        }
    }
}

/// The project that `options` names.
fn project_of_options(options: &Mapped) -> Option<State> {
    let start = options.text().find("reference=")? + "reference=".len();
    let rest = options.text().get(start..)?;
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let project = options.slice(start..start + length);
    if reference::any(project.text()) {
        return Some(reference::unknown(&project));
    }
    let is_one = provider::is_project(project.text());
    Some(if is_one { stated(&project) } else { State::Absent(Some(project.whole())) })
}

/// A written text.
fn stated(part: &Mapped) -> State {
    State::Stated(part.text().into(), part.whole())
}

fn service_file(gap: Span) -> State {
    let help = "Write the parts out, or leave this connection to a review of the service file.";
    State::Unknown(gap, Cause::new("comes from a service file, which is not read", help))
}

fn password_file(gap: Span) -> State {
    let help = "Write the password into the variable, or leave this connection to a review of the password file.";
    State::Unknown(gap, Cause::new("may come from a password file, which is not read", help))
}

fn by_dialect(span: Span) -> State {
    let help = "Use the dialect psycopg, psycopg2 or asyncpg, or leave this connection to a review.";
    State::Unknown(span, Cause::new("is decided by a dialect that is not known here", help))
}

/// Whether the server's certificate is verified: as the driver said, else as the mode says.
pub(super) fn verifies(sslmode: &State, said: Option<Verifies>) -> State {
    let answer = |yes: bool| match sslmode {
        State::Stated(_, span) => State::Stated(yes.into(), *span),
        State::Defaulted(_, span) => State::Defaulted(yes.into(), *span),
        other => other.clone(),
    };
    match (said, sslmode.text()) {
        (_, None) => sslmode.clone(),
        (Some(Verifies::Yes), _) => answer(true),
        (Some(Verifies::No), _) => answer(false),
        (Some(Verifies::Program), _) => {
            let help = "Look at the TLS connector that the program gives the driver.";
            let cause = Cause::new("is decided by the program, not by the string", help);
            State::Unknown(sslmode.span().unwrap_or_else(|| Span::point(crate::source::SourceId(0), 0)), cause)
        }
        (None, Some(word)) => answer(matches!(word, "verify-ca" | "verify-full")),
    }
}

/// Whose host it is. Without a host drivers take this machine.
pub(super) fn provider_state(host: &State) -> State {
    match host {
        State::Stated(_, span) | State::Defaulted(_, span) => {
            State::Stated(Value::Word(provider::of(host.text().unwrap_or(""))), *span)
        }
        State::Absent(gap) => {
            State::Defaulted(Value::Word("local"), gap.unwrap_or(Span::point(crate::source::SourceId(0), 0)))
        }
        other => other.clone(),
    }
}

/// What answers; its place is host and port where they stand side by side.
pub(super) fn endpoint(host: &State, port: &State) -> State {
    let (name, span) = match host {
        State::Stated(_, span) => (host.text().unwrap_or(""), *span),
        State::Absent(_) => return provider_state(host),
        other => return other.clone(),
    };
    let joined = match port {
        State::Stated(_, port) | State::Absent(Some(port)) if (1..=2).contains(&port.start.wrapping_sub(span.end)) => {
            span.to(*port)
        }
        _ => span,
    };
    let number = match port.value() {
        Some(Value::Number(number)) => *number,
        _ if !provider::depends_on_port(name) => 0,
        _ => {
            return match port {
                State::Unknown(..) => port.clone(),
                _ => State::Absent(Some(joined)),
            };
        }
    };
    State::Stated(Value::Word(provider::endpoint(name, number)), joined)
}
