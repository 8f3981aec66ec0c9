//! Postgres connections: strings in a value, divided as the driver divides them that reads them at run time.

mod driver;
mod fact;
mod fallback;
mod libpq;
mod percent;
mod reading;
mod show;
mod text;
mod url;

use super::{Settings, placeholder, reference};
use crate::source::{Mapped, Span};
use driver::Driver;
use reading::Reading;
use std::ops::Range;
use text::{Form, Text};

pub(in crate::document) use fallback::fall_back;

/// One connection string, divided. Ranges are bytes of [`Connection::text`].
pub(super) struct Connection {
    /// Where it stands in the text that was searched.
    pub range: Range<usize>,
    /// All of it.
    pub text: Mapped,
    /// How it begins.
    form: Form,
    /// Who reads it.
    driver: &'static Driver,
    /// What that driver makes of it.
    reading: Reading,
    /// Where a password would stand.
    password_gap: Span,
    /// Whether two readers would divide it differently.
    pub ambiguous: bool,
    /// What may be shown of it, if it is all of a value.
    pub shown: Vec<Range<usize>>,
    /// What nobody may see of it where the rest may be seen: passwords and users of no known shape.
    pub secrets: Vec<Range<usize>>,
}

impl Connection {
    /// Reads the string that stands in the part `range` of a value.
    fn read(value: &Mapped, range: Range<usize>, form: Form, settings: &Settings) -> Self {
        let mapped = value.slice(range.clone());
        let text = Text::new(&mapped);
        let driver = Driver::of(&text, &form, settings);
        let mut reading = driver.read(&text, &form);
        if reading.open.is_none() {
            reading.open = opaque_authority(&text, &form);
        }
        let shown = show::parts(&text, &form);
        let password_gap = text.span(shown.password_gap..shown.password_gap);
        let ambiguous = is_ambiguous(&text, &form);
        let (shown, secrets) = if ambiguous {
            let hidden = authority(&text, &form)..text.len();
            (Vec::new(), Vec::from([hidden]))
        } else {
            (shown.shown, shown.secrets)
        };
        Self { range, form, driver, reading, password_gap, ambiguous, shown, secrets, text: mapped }
    }

    /// How much is known of its password: a word of the vocabulary, if one is given.
    pub(super) fn password_state(&self) -> Option<&'static str> {
        let text = self.reading.password.as_ref()?.text();
        Some(if text.is_empty() {
            "empty"
        } else if reference::is_password(text) {
            "reference"
        } else if placeholder::is_placeholder(text) {
            "placeholder"
        } else {
            "set"
        })
    }
}

/// A host without user and port that is a reference may stand for them too.
fn opaque_authority(text: &Text<'_>, form: &Form) -> Option<Mapped> {
    let Form::Uri(_, start) = form else { return None };
    let authority = text.part(*start..text.find(*start, &['/', '?']));
    reference::whole(authority.text()).map(|_| authority)
}

/// Whether readers disagree where the user info ends: something that divides a URI stands before the last `@`.
fn is_ambiguous(text: &Text<'_>, form: &Form) -> bool {
    if *form == Form::Keyword {
        return false;
    }
    let rest = text.rest(authority(text, form));
    let user = rest.rfind('@').and_then(|at| rest.get(..at)).unwrap_or("");
    user.contains(['/', '?', '#', '@'])
}

/// Where the user info would begin.
fn authority(text: &Text<'_>, form: &Form) -> usize {
    match form {
        Form::Uri(_, start) => *start,
        Form::Jdbc(scheme) => scheme.end + if text.rest(scheme.end).starts_with("://") { 3 } else { 1 },
        Form::Keyword => 0,
    }
}

/// Schemes of connection strings, in lower case; one of SQLAlchemy's has a dialect behind a `+`.
const SCHEMES: &[&str] = &["postgresql", "postgres"];

/// The beginning of a connection string at `start`, in lower case as every driver takes it.
pub(super) fn scheme_at(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let exact = |scheme: &str| rest.strip_prefix(scheme).is_some_and(|after| after.starts_with(['+', ':']));
    let form = form_at(text, start)?;
    (rest.starts_with("jdbc:postgresql:") || SCHEMES.iter().any(|scheme| exact(scheme))).then_some(match form {
        Form::Uri(_, start) => start,
        Form::Jdbc(scheme) => scheme.end + 1,
        Form::Keyword => start,
    })
}

/// How the text at `start` begins, if that is the scheme of a connection string in any case.
fn form_at(text: &str, start: usize) -> Option<Form> {
    let rest = text.get(start..)?;
    let begins = |name: &str| rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    if begins("jdbc:postgresql:") {
        return Some(Form::Jdbc(start..start + "jdbc:postgresql".len()));
    }
    let base = SCHEMES.iter().find(|scheme| begins(scheme))?;
    let after = rest.get(base.len()..)?;
    let dialect = after.strip_prefix('+').map_or(0, |name| {
        1 + name.bytes().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
    });
    let end = start + base.len() + dialect;
    let hosted = dialect != 1 && text.get(end..).is_some_and(|rest| rest.starts_with("://"));
    hosted.then_some(Form::Uri(start..end, end + 3))
}

/// Every connection of a text, in order. A text that begins like a connection string is one as a whole, since drivers end
/// it nowhere else; `whole` says whether that is to be so (a value), or whether it stands in a sentence (a comment).
/// `settings` may name the driver.
pub(super) fn find(value: &Mapped, whole: bool, settings: &Settings) -> Vec<Connection> {
    let text = value.text();
    if whole {
        let lead = text.len() - text.trim_start().len();
        let form = form_at(text, lead).or_else(|| {
            let may = text.contains('=') && text.get(lead..).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
            (may && libpq::keyword::is_one(&Text::new(value), 2)).then_some(Form::Keyword)
        });
        if let Some(form) = form {
            return vec![Connection::read(value, 0..text.len(), form, settings)];
        }
    }
    let mut found = Vec::new();
    if text.contains("postgres") {
        uris(value, settings, &mut found);
    }
    if text.contains('=') && (text.contains("host") || text.contains("dbname")) {
        let keywords = libpq::keyword::find(value).into_iter();
        found.extend(keywords.map(|range| Connection::read(value, range, Form::Keyword, settings)));
    }
    found.sort_by_key(|connection| connection.range.start);
    found
}

/// The connection of a value with one keyword, such as `service=x`, in a variable that is called after a connection.
pub(super) fn keyword(value: &Mapped, settings: &Settings) -> Option<Connection> {
    let is_one = libpq::keyword::is_one(&Text::new(value), 1);
    is_one.then(|| Connection::read(value, 0..value.text().len(), Form::Keyword, settings))
}

/// Every URI in a sentence, a command or JSON.
fn uris(value: &Mapped, settings: &Settings, found: &mut Vec<Connection>) {
    let text = value.text();
    let plain = reference::veil(text);
    let mut end = 0;
    for (at, _) in text.match_indices("postgres") {
        let start = if text.get(..at).is_some_and(|before| before.ends_with("jdbc:")) { at - 5 } else { at };
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let inside = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '_' | '-' | '.' | ':' | '/'));
        if inside || start < end || scheme_at(text, start).is_none() {
            continue;
        }
        end = start + length_in_text(plain.get(start..).unwrap_or(""));
        let part = text.get(..end).unwrap_or(text);
        if let Some(form) = form_at(part, start) {
            let local = |range: Range<usize>| range.start - start..range.end - start;
            let form = match form {
                Form::Uri(scheme, authority) => Form::Uri(local(scheme), authority - start),
                Form::Jdbc(scheme) => Form::Jdbc(local(scheme)),
                Form::Keyword => Form::Keyword,
            };
            found.push(Connection::read(value, start..end, form, settings));
        }
    }
}

/// How long a URI is that stands in a sentence, a command or JSON.
fn length_in_text(plain: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\');
    let token = plain.find(ends).and_then(|end| plain.get(..end)).unwrap_or(plain);
    token.trim_end_matches(['.', ',', ';', ')', '}']).len()
}

#[cfg(test)]
mod tests;
