//! What one value holds: web addresses, Postgres connections, keys; whether it is set; and what of it may be shown.
//! The same reader serves every document that has values: env files, exports, literals of SQL.

mod connection;
mod credential;
mod mention;
mod name;
mod placeholder;
mod provider;
mod redact;
pub mod reference;
mod scan;
mod shape;
mod sign;
mod url;

pub(in crate::document) use connection::fall_back;
pub use name::Name;
pub(in crate::document) use placeholder::is_placeholder;
pub use redact::{is_redacted, redact_fact, redact_tree, redacted, secrets, secrets_of_yaml};
pub use scan::scan;
pub(in crate::document) use shape::{bare_name_may_be_shown, is_conventional_name};
pub use shape::{is_word, name_may_be_shown};

use super::{Open, Parsed, Settings, Unread};
use crate::fact::{Fact, Field, Kind, State, Value};
use crate::finding::Severity;
use crate::source::{Mapped, Secret, Span};
use sign::Look;
use std::ops::Range;

/// Parts of names under which a connection string is kept. Names decide nothing that is known: only whether a value that
/// is a reference may be a connection, so that policies on connections are undecided and not silent.
const CONNECTION_NAMES: &[&str] = &["DATABASE", "POSTGRES", "POOLER", "DB_URL", "DIRECT_URL", "DSN", "CONNECTION"];

/// What the value of a variable is.
#[derive(Debug)]
pub struct Reading {
    /// For the variable's `state`: `set`, `empty`, `placeholder` or `reference`.
    pub state: State,
    /// For the variable's `value`: the text, or unknown for a reference.
    pub value: State,
    /// Whether a secret was recognised in it.
    pub holds_secret: bool,
    /// Source bytes of the value that may be shown; in order, not overlapping.
    pub shown: Vec<Range<usize>>,
    /// Whether it is one word that may be shown where a policy lists it.
    pub is_word: bool,
}

/// Reads the value of a variable whose fact stands at position `variable` of `parsed.facts`, and pushes what stands in it
/// behind: URLs, connections, keys, in the order of their places. `name` is the variable's name, which decides
/// what no content does: whether a number is a port, a word a password, and `service=x` a connection.
pub fn read(value: &Mapped, name: &Name, variable: usize, settings: &Settings, parsed: &mut Parsed) -> Reading {
    let text = value.text();
    // Most values are a word or a number: what no recogniser could begin at costs one look.
    let look = Look::at(text);
    let may = look.colon || look.equals;
    let connections = if may { connections(value, name, settings) } else { Vec::new() };
    if let Some(payload) = credential::broken_token(text) {
        parsed.unclear.push(broken_token(name, value.span(payload)));
    }
    let mut credentials = if look.key { credential::search(text) } else { Vec::new() };
    let claimed = !credentials.is_empty();
    let urls = if look.colon { url::find(text) } else { Vec::new() };
    let references = if look.dollar { reference::find(text) } else { Vec::new() };
    if credentials.is_empty() && connections.is_empty() {
        credentials.extend(credential::named(name.promise, text));
    }
    if look.colon && connections.is_empty() {
        passwords(text, &mut credentials);
    }
    let whole = |range: &Range<usize>| *range == (0..text.len());
    let mut facts: Vec<(bool, Fact)> = Vec::new();
    for connection in &connections {
        let whole = whole(&connection.range);
        // The connection is all of the value, its password is not.
        let kinds = connection.facts("value").into_iter();
        facts.extend(kinds.map(|fact| (whole && fact.kind == Kind::Connection, fact)));
    }
    facts.extend(urls.iter().map(|url| (whole(&url.range), url.fact(value))));
    let keys = credentials.iter().filter_map(|key| Some((whole(&key.range), key.fact(value, "value", settings)?)));
    facts.extend(keys);
    if text.len() >= mention::LENGTH {
        mentions(value, &mut facts);
    }
    facts.sort_by_key(|(_, fact)| fact.anchor.start);
    let password_set = connections.iter().any(|connection| connection.password_state() == Some("set"));
    let holds_secret = password_set
        || credentials.iter().any(credential::Found::is_secret)
        || urls.iter().any(|url| url.has_password)
        || (look.dashes && scan::has_private_key(text))
        || (may && scan::has_password(text));
    let ambiguous = connections.iter().any(|connection| connection.ambiguous);
    parsed.facts.extend(facts.into_iter().map(|(whole, mut fact)| {
        fact.whole = whole;
        fact.hidden |= ambiguous;
        fact.standing_in(variable)
    }));
    let span = value.whole();
    let word = state_word(text, look, &references, &connections);
    if references.iter().any(|reference| reference.railway) {
        parsed.open.push(Open { variable, value: value.clone() });
    }
    if word == "reference" && connections.is_empty() && urls.is_empty() && may_be_connection(name.connection, text) {
        let unknown = Fact::new(Kind::Connection, span).with_word(Field::Stands, "value", span);
        let mut unknown = unknown.opaque(reference::cause(text)).standing_in(variable);
        unknown.whole = true;
        parsed.facts.push(unknown);
    }
    let value_state = match word {
        "reference" => State::Unknown(span, reference::cause(text)),
        _ => State::Stated(Value::Secret(Secret::new(text)), span),
    };
    Reading {
        state: State::Stated(Value::Word(word), span),
        value: value_state,
        holds_secret,
        shown: shown(value, &name.said, claimed, &connections),
        is_word: !claimed && shape::is_wordlike(text),
    }
}

/// Passwords of other servers than databases: a key like any other. A connection has its own.
fn passwords(text: &str, credentials: &mut Vec<credential::Found>) {
    let mut found = scan::of_addresses(text);
    found.retain(|range| credentials.iter().all(|key| key.range.end <= range.start || range.end <= key.range.start));
    credentials.extend(found.into_iter().map(credential::password));
}

/// Words that may be a project, but for those of which another fact of the value says so.
fn mentions(value: &Mapped, facts: &mut Vec<(bool, Fact)>) {
    let text = value.text();
    let known = |word: &Range<usize>| {
        let projects = facts.iter().filter_map(|(_, fact)| fact.own(Field::Project)?.text());
        text.get(word.clone()).is_some_and(|word| projects.into_iter().any(|project| project == word))
    };
    let words: Vec<_> = mention::find(text).filter(|word| !known(word)).collect();
    facts.extend(words.into_iter().map(|word| (false, mention::fact(value, word, "value"))));
}

/// Whether a text is a secret by its content, or by its form as the value of a variable of that name.
pub fn is_secret(name: &str, text: &str) -> bool {
    credential::find(text).iter().any(credential::Found::is_secret)
        || credential::named(credential::Promise::of(name), text).is_some()
}

/// The connections in a value; one keyword is one where the variable is called after a connection.
fn connections(value: &Mapped, name: &Name, settings: &Settings) -> Vec<connection::Connection> {
    let mut found = connection::find(value, true, settings);
    if found.is_empty() && name.connection {
        found.extend(connection::keyword(value, settings));
    }
    found
}

/// What is said of a token of which nobody knows whose key it is.
fn broken_token(name: &Name, span: Span) -> Unread {
    let message = format!("{} is written like a JSON Web Token, and its payload is no JSON object", name.said);
    Unread { span, severity: Severity::Warning, message, help: "Copy the whole key again.".into() }
}

/// A word of the vocabulary's `state`.
fn state_word(
    text: &str,
    look: Look,
    references: &[reference::Reference],
    connections: &[connection::Connection],
) -> &'static str {
    let left_open = |connection: &connection::Connection| connection.password_state() == Some("placeholder");
    if text.is_empty() {
        "empty"
    } else if !references.is_empty() {
        "reference"
    } else if is_placeholder(text) || (look.colon && placeholder::in_url(text)) || connections.iter().any(left_open) {
        "placeholder"
    } else {
        "set"
    }
}

/// The source bytes that may be shown.
fn shown(value: &Mapped, name: &str, claimed: bool, connections: &[connection::Connection]) -> Vec<Range<usize>> {
    let text = value.text();
    if let [connection] = connections
        && connection.range == (0..text.len())
    {
        if connection.ambiguous {
            return Vec::new();
        }
        let mut shown: Vec<_> = connection.shown.iter().map(|range| value.span(range.clone()).range()).collect();
        shown.retain(|range| !range.is_empty());
        shown.sort_by_key(|range| range.start);
        return shown;
    }
    let public = connections.is_empty() && !text.is_empty() && !claimed && shape::is_public(text, name);
    if public { vec![value.whole().range()] } else { Vec::new() }
}

/// Puts the parts of `whole` that are not in `shown` behind masks.
pub fn hide(whole: Range<usize>, shown: &[Range<usize>], masks: &mut Vec<Range<usize>>) {
    let mut at = whole.start;
    for range in shown {
        if at < range.start {
            masks.push(at..range.start.min(whole.end));
        }
        at = at.max(range.end);
    }
    if at < whole.end {
        masks.push(at..whole.end);
    }
}

/// The facts of a variable itself that its value decides: both states are taken out of the reading.
pub(crate) fn describe(variable: &mut Fact, reading: &mut Reading) {
    let span = reading.state.span().unwrap_or(variable.anchor);
    variable.set(Field::Value, std::mem::replace(&mut reading.value, State::Absent(None)));
    variable.set(Field::State, std::mem::replace(&mut reading.state, State::Absent(None)));
    variable.set(Field::HoldsSecret, State::Stated(reading.holds_secret.into(), span));
}

/// Prefixes whose variables a browser build publishes: Next.js, Vite, Create React App, Astro and SvelteKit, Expo, Nuxt,
/// Gatsby, Vue CLI, Angular.
const PUBLIC_PREFIXES: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "PUBLIC_",
    "EXPO_PUBLIC_",
    "NUXT_PUBLIC_",
    "GATSBY_",
    "VUE_APP_",
    "NG_APP_",
];

/// Whether a variable of that name ends up in the browser.
pub fn is_published(name: &str) -> bool {
    PUBLIC_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether the name of a variable promises a secret, whatever its value is.
pub fn promises_secret(name: &str) -> bool {
    credential::Promise::of(name).is_of_a_secret()
}

#[cfg(test)]
pub(crate) mod testing {
    //! Made-up keys for tests.

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    /// A token with that payload and a signature that is plainly none.
    pub(crate) fn jwt(payload: &str) -> String {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        format!("{header}.{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode("MADEUP-signature-MADEUP"))
    }
}

#[cfg(test)]
mod tests;

/// Whether a variable of that name is where people keep a connection string.
pub(in crate::document) fn names_a_connection(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    !name.contains("PASSWORD") && CONNECTION_NAMES.iter().any(|part| name.contains(part))
}

/// Whether a host that is no secret may be shown: a name in lower case, or an address.
pub(in crate::document) fn host_may_be_shown(host: &str) -> bool {
    shape::is_host(host) && !credential::claims(host)
}

/// Whether a value that begins with a reference may be a connection: by its variable's name (`named`), or by what it
/// refers to.
fn may_be_connection(named: bool, text: &str) -> bool {
    // A template function makes a password, never a connection.
    let is_first = |reference: &reference::Reference| reference.range.start == 0 && reference.name.is_some();
    let first = reference::find(text).into_iter().next().filter(is_first);
    first.is_some_and(|reference| {
        named || reference.name.and_then(|range| text.get(range)).is_some_and(names_a_connection)
    })
}
