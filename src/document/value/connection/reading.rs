//! What a driver reads from a connection string, whichever driver it is.

use crate::fact::kinds::connection::SSLMODES;
use crate::source::{Mapped, Span};

/// What one driver makes of one string. Parts are decoded, and know where they stand.
#[derive(Default)]
pub(super) struct Reading {
    /// At least one: without a name it stands where the driver's default counts.
    pub hosts: Vec<Host>,
    /// The user, unless empty.
    pub user: Option<Mapped>,
    /// The password; empty where it is written and empty.
    pub password: Option<Mapped>,
    /// The database, unless empty.
    pub database: Option<Mapped>,
    /// What is handed to the server as `options`.
    pub options: Option<Mapped>,
    /// The TLS mode.
    pub tls: Tls,
    /// Whether the server's certificate is verified, where the mode alone does not say it.
    pub verifies: Option<Verifies>,
    /// What the driver refuses, in the order in which it would notice.
    pub refused: Vec<Refused>,
    /// Names of parameters that the driver does not take itself.
    pub ignored: Vec<Mapped>,
    /// A section of a service file: what is not written comes from there.
    pub service: Option<Mapped>,
    /// A password file.
    pub passfile: Option<Mapped>,
    /// A reference stands where further parameters may come from.
    pub open: Option<Mapped>,
}

/// One host of a string.
pub(super) struct Host {
    /// Its name; empty where none is written.
    pub name: Mapped,
    /// Its port.
    pub port: Port,
}

/// A port as the driver takes it.
#[derive(Clone)]
pub(super) enum Port {
    /// Written.
    Is(u16, Span),
    /// Not written; the gap where it would stand.
    Default(Span),
    /// Written, and refused.
    Refused(Span),
    /// A reference.
    Open(Mapped),
}

/// A TLS mode as the driver takes it, in the words of the vocabulary.
#[derive(Default)]
pub(super) enum Tls {
    /// Written.
    Is(&'static str, Span),
    /// Not written, and this is what the driver does.
    Default(&'static str),
    /// Written, and refused.
    Refused(Span),
    /// A reference.
    Open(Mapped),
    /// Not written.
    #[default]
    Unset,
}

/// Whether the server's certificate is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verifies {
    /// For certain.
    Yes,
    /// For certain not.
    No,
    /// The program decides, not the string.
    Program,
}

/// Something that a driver refuses.
pub(super) struct Refused {
    /// A word of the vocabulary's `refused`.
    pub why: &'static str,
    /// What is refused.
    pub span: Span,
}

impl Reading {
    /// Notes that something is refused.
    pub(super) fn refuse(&mut self, why: &'static str, span: Span) {
        self.refused.push(Refused { why, span });
    }

    /// Takes in hosts and ports that were given as two lists, as libpq does: one port counts for all hosts, otherwise there
    /// must be as many as hosts. `number` says which texts are ports; an empty one is the default.
    pub(super) fn pair(&mut self, hosts: Vec<Mapped>, ports: &[Mapped], number: fn(&str) -> Option<u16>) {
        let mismatch = ports.len() > 1 && ports.len() != hosts.len();
        if let (true, Some(first), Some(last)) = (mismatch, ports.first(), ports.last()) {
            self.refuse("port-count", first.whole().to(last.whole()));
        }
        for (index, name) in hosts.into_iter().enumerate() {
            let gap = name.whole().after();
            let port = match ports.get(if ports.len() == 1 { 0 } else { index }) {
                None if mismatch => Port::Refused(gap),
                None => Port::Default(gap),
                Some(port) => self.port(port, number),
            };
            self.hosts.push(Host { name, port });
        }
    }

    /// Reads a port; refuses one that is no number from 1 to 65535.
    pub(super) fn port(&mut self, port: &Mapped, number: fn(&str) -> Option<u16>) -> Port {
        let span = port.whole();
        if port.text().is_empty() {
            return Port::Default(span);
        }
        if super::reference::any(port.text()) {
            return Port::Open(port.clone());
        }
        match number(port.text()) {
            Some(number) => Port::Is(number, span),
            None => {
                // One port may stand for several hosts.
                if self.refused.last().is_none_or(|last| last.why != "port" || last.span != span) {
                    self.refuse("port", span);
                }
                Port::Refused(span)
            }
        }
    }

    /// Takes in a mode that must be one of `words`; refuses another.
    pub(super) fn mode(&mut self, value: &Mapped, words: &[&'static str]) {
        self.tls = if super::reference::any(value.text()) {
            Tls::Open(value.clone())
        } else if let Some(word) = words.iter().find(|word| **word == value.text()) {
            Tls::Is(word, value.whole())
        } else {
            self.refuse("sslmode", value.whole());
            Tls::Refused(value.whole())
        };
    }

    /// The mode's word, where it is known.
    pub(super) fn mode_word(&self) -> Option<&'static str> {
        match self.tls {
            Tls::Is(word, _) | Tls::Default(word) => Some(word),
            Tls::Refused(_) | Tls::Open(_) | Tls::Unset => None,
        }
    }
}

/// The modes of libpq, from weakest to strongest.
pub(super) fn modes() -> Vec<&'static str> {
    SSLMODES.iter().map(|word| word.name).collect()
}

/// A decimal port without sign and blanks; zeros may lead.
pub(super) fn decimal(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u16 = digits.then(|| text.trim_start_matches('0').parse().ok()).flatten()?;
    Some(number).filter(|number| *number > 0)
}
