//! Facts of a connection: one for each host it names.

use super::super::{provider, reference, shape};
use super::{Connection, Form};
use crate::fact::kinds::connection::SSLMODES;
use crate::fact::{Cause, Fact, Field, Kind, State, Value};
use crate::source::{Mapped, Secret, Span};
use std::ops::Range;

/// The user's parts: the whole, the role, the project.
struct User {
    user: State,
    role: State,
    project: Option<State>,
}

impl Connection {
    /// One fact for each host, and one for the password if it is set.
    pub(in super::super) fn facts(&self, stands: &'static str) -> Vec<Fact> {
        let first = self.hosts.first().cloned().unwrap_or_else(|| self.nothing());
        let hosts = if self.hosts.is_empty() { std::slice::from_ref(&first) } else { &self.hosts };
        let mut facts: Vec<_> = hosts.iter().enumerate().map(|(index, host)| self.fact(index, host, stands)).collect();
        facts.extend(facts.first().and_then(|first| self.credential(first, stands)));
        facts
    }

    /// The gap where a host would stand.
    fn nothing(&self) -> Mapped {
        Mapped::empty(self.text.source(), self.password_gap.start as usize)
    }

    fn fact(&self, index: usize, host: &Mapped, stands: &'static str) -> Fact {
        let anchor = self.text.whole();
        let name = host.text().to_ascii_lowercase();
        let port = self.port(index, host);
        let User { user, role, project } = self.user_parts(&name);
        let scheme = match self.form {
            Form::Keyword => State::Stated("keyword".into(), anchor),
            _ => {
                let scheme = self.text.slice(self.scheme.clone());
                State::Stated(scheme.text().into(), scheme.whole())
            }
        };
        let host_state = self.host(host, &name);
        let hidden = self.ambiguous || !self.names_may_be_shown(&name, &host_state, &role);
        let mut fact = Fact::new(Kind::Connection, anchor)
            .with_word(Field::Stands, stands, anchor)
            .with_state(Field::Scheme, scheme)
            .with_state(Field::Endpoint, endpoint(&host_state, &name, host, &port))
            .with_state(Field::Provider, provider_state(&host_state, &name, host))
            .with_state(Field::Project, self.project(&name, host, &host_state, project))
            .with_state(Field::Host, host_state)
            .with_state(Field::Port, port)
            .with_state(Field::User, user)
            .with_state(Field::Role, role)
            .with_state(Field::Database, self.database())
            .with_state(Field::Sslmode, self.sslmode())
            .with_state(Field::Password, self.password());
        fact.hidden = hidden;
        fact
    }

    /// Host and role appear in messages, so they must have the shapes that may be shown.
    fn names_may_be_shown(&self, host: &str, host_state: &State, role: &State) -> bool {
        let socket = host.starts_with('/');
        let host = host_state.text().is_none() || shape::is_host(host) || socket;
        host && role.text().is_none_or(shape::is_small_name)
    }

    /// What is not written and may come from elsewhere: a service file, or a reference that holds more than one part.
    fn elsewhere(&self, gap: Span) -> Option<State> {
        if let Some(open) = &self.open {
            return Some(reference::unknown(open));
        }
        self.service.as_ref()?;
        let help = "Write the parts out, or leave this connection to a review of the service file.";
        Some(State::Unknown(gap, Cause::new("comes from a service file, which is not read", help)))
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

    /// One port counts for all hosts; otherwise there must be as many ports as hosts.
    fn port(&self, index: usize, host: &Mapped) -> State {
        let one = self.ports.len() == 1;
        let default = |gap: Span| self.elsewhere(gap).unwrap_or(State::Defaulted(5432.into(), gap));
        let Some(port) = self.ports.get(if one { 0 } else { index }) else {
            let gap = host.whole().after();
            return if self.ports.is_empty() { default(gap) } else { State::Absent(Some(gap)) };
        };
        if reference::any(port.text()) {
            return reference::unknown(port);
        }
        match (port.text().trim(), shape::port(port.text().trim())) {
            ("", _) => default(port.whole()),
            (_, Some(number)) => State::Stated(i64::from(number).into(), port.whole()),
            (text, None) => {
                // libpq reads leading zeros.
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let number = shape::port(text.trim_start_matches('0')).filter(|_| digits);
                number.map_or(State::Absent(Some(port.whole())), |port_number| {
                    State::Stated(i64::from(port_number).into(), port.whole())
                })
            }
        }
    }

    fn user_parts(&self, host: &str) -> User {
        let Some(user) = self.user.as_ref().filter(|user| !user.text().is_empty()) else {
            let gap = self.user.as_ref().map_or(self.password_gap, |user| user.whole()).before();
            let state = self.elsewhere(gap).unwrap_or(State::Absent(Some(gap)));
            return User { user: state.clone(), role: state, project: None };
        };
        let whole = if reference::any(user.text()) { reference::unknown(user) } else { stated(user) };
        let plain = reference::veil(user.text());
        let dot = plain.rfind('.').filter(|_| provider::is_shared_pooler(host));
        let part = |range: Range<usize>| user.slice(range);
        let of = |part: &Mapped| if reference::any(part.text()) { reference::unknown(part) } else { stated(part) };
        match dot {
            None => User { role: of(user), user: whole, project: None },
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

    /// The project of the host, of the user of a shared pooler, or of `options=reference=<ref>`.
    fn project(&self, name: &str, host: &Mapped, host_state: &State, of_user: Option<State>) -> State {
        if let State::Unknown(..) = host_state {
            return host_state.clone();
        }
        if let Some(range) = provider::project(name) {
            return State::Stated(name.get(range.clone()).unwrap_or("").into(), host.span(range));
        }
        let of_options = || {
            let options = self.options.as_ref()?;
            let start = options.text().find("reference=")? + "reference=".len();
            let rest = options.text().get(start..)?;
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let project = options.slice(start..start + length);
            if reference::any(project.text()) {
                return Some(reference::unknown(&project));
            }
            Some(if provider::is_project(project.text()) { stated(&project) } else { State::Absent(Some(project.whole())) })
        };
        let gap = self.user.as_ref().map_or(self.password_gap, Mapped::whole).after();
        of_user.or_else(of_options).unwrap_or(State::Absent(Some(gap)))
    }

    fn database(&self) -> State {
        let end = self.text.whole().after();
        match &self.database {
            Some(database) if reference::any(database.text()) => reference::unknown(database),
            Some(database) => stated(database),
            None => self.elsewhere(end).unwrap_or(State::Absent(Some(end))),
        }
    }

    fn password(&self) -> State {
        match (&self.password, self.password_state()) {
            (Some(password), Some(word)) => State::Stated(Value::Word(word), password.whole()),
            _ => self.elsewhere(self.password_gap).unwrap_or(State::Absent(Some(self.password_gap))),
        }
    }

    /// The effective mode. A word that is none is refused by the driver: the field is then absent at the word, which
    /// fails every condition there.
    fn sslmode(&self) -> State {
        let end = self.text.whole().after();
        let last = |key: &str| self.tls.iter().rev().find(|(name, _)| *name == key);
        let said = if self.form == Form::Jdbc { last("sslmode").or_else(|| last("ssl")) } else { self.tls.last() };
        if let Some((key, value)) = said {
            if reference::any(value.text()) {
                return reference::unknown(value);
            }
            let word = tls_word(self.form, key, value.text());
            return word.map_or(State::Absent(Some(value.whole())), |word| State::Stated(Value::Word(word), value.whole()));
        }
        // The system's certificates make libpq verify in full (PostgreSQL manual, "sslrootcert").
        let system = self.root_certificate.as_ref().filter(|file| file.text() == "system");
        match system {
            Some(system) => State::Stated(Value::Word("verify-full"), system.whole()),
            None => self.elsewhere(end).unwrap_or(State::Defaulted(Value::Word("prefer"), end)),
        }
    }

    /// The password as a credential, where it is set.
    fn credential(&self, connection: &Fact, stands: &'static str) -> Option<Fact> {
        let password = self.password.as_ref().filter(|_| self.password_state() == Some("set"))?;
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

/// A written text.
fn stated(part: &Mapped) -> State {
    State::Stated(part.text().into(), part.whole())
}

fn provider_state(host_state: &State, name: &str, host: &Mapped) -> State {
    match host_state {
        State::Stated(..) => State::Stated(Value::Word(provider::of(name)), host.whole()),
        // Without a host libpq takes the local Unix socket.
        State::Absent(_) => State::Defaulted(Value::Word("local"), host.whole()),
        other => other.clone(),
    }
}

/// What answers; its place is host and port where they stand side by side.
fn endpoint(host_state: &State, name: &str, host: &Mapped, port: &State) -> State {
    match host_state {
        State::Stated(..) => {}
        State::Absent(_) => return State::Defaulted(Value::Word("local"), host.whole()),
        other => return other.clone(),
    }
    let span = host.whole();
    let joined = match port {
        State::Stated(_, port) | State::Absent(Some(port)) if (1..=2).contains(&port.start.wrapping_sub(span.end)) => span.to(*port),
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

/// The TLS mode that a parameter means to its driver, if it is one. libpq takes `ssl=true` and nothing else under that
/// name; asyncpg's dialect takes the modes; JDBC takes a truth value, and `true` verifies in full.
pub(super) fn tls_word(form: Form, key: &str, value: &str) -> Option<&'static str> {
    let mode = || SSLMODES.iter().map(|word| word.name).find(|name| *name == value);
    match (key, form) {
        ("sslmode", _) => mode(),
        ("requiressl", _) => Some(if value.starts_with('1') { "require" } else { "prefer" }),
        ("ssl", Form::Asyncpg) => mode(),
        ("ssl", Form::Jdbc) => match value {
            "true" | "" => Some("verify-full"),
            "false" => Some("prefer"),
            _ => None,
        },
        ("ssl", Form::Libpq | Form::Keyword) => (value == "true").then_some("require"),
        _ => None,
    }
}
