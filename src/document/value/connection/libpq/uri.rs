//! libpq's URIs. Facts that surprise: user info ends at the first `@`, but a `/` before it means that there is none; `#`
//! begins no fragment; an empty port is 5432; names and values of parameters are percent-decoded, and override what
//! stands before them; one `=` a parameter, no more and no less.

use super::super::percent::{decode, strict};
use super::super::reading::{Reading, Tls};
use super::super::reference;
use super::super::text::{Text, join};
use super::{Options, spelled};
use crate::source::Mapped;
use std::ops::Range;

/// Where the parts of a URI stand; all in bytes of its text.
#[derive(Default)]
pub(in super::super) struct Layout {
    /// The user and, behind its colon, the password; with the `@`.
    pub user: Option<Range<usize>>,
    pub password: Option<Range<usize>>,
    pub at: Option<usize>,
    /// Hosts without brackets, and ports.
    pub hosts: Vec<(Range<usize>, Option<Range<usize>>)>,
    pub database: Option<Range<usize>>,
    /// Parameters: key, value.
    pub parameters: Vec<(Range<usize>, Option<Range<usize>>)>,
    /// What libpq cannot divide: a word of `refused`, and where.
    pub broken: Vec<(&'static str, Range<usize>)>,
}

/// Divides a URI whose authority begins at `start`; `hosted` says whether there is one.
pub(in super::super) fn divide(text: &Text<'_>, start: usize, hosted: bool) -> Layout {
    let mut layout = Layout::default();
    let mut at = start;
    if hosted {
        let user_end = text.find(at, &['@', '/']);
        if text.rest(user_end).starts_with('@') {
            let colon = text.find_in(at..user_end, &[':']);
            layout.user = Some(at..colon.unwrap_or(user_end)).filter(|user| !user.is_empty() || colon.is_some());
            layout.password = colon.map(|colon| colon + 1..user_end);
            layout.at = Some(user_end);
            at = user_end + 1;
        }
        at = divide_hosts(text, at, &mut layout);
    }
    let database = at + usize::from(text.rest(at).starts_with('/'));
    let database_end = text.find(database, &['?']);
    layout.database = Some(database..database_end);
    let mut from = database_end + 1;
    while from < text.len() {
        let end = text.find(from, &['&']);
        let equals = text.find_in(from..end, &['=']);
        let value = equals.map(|equals| equals + 1..end);
        if value.is_none() && !reference::any(text.mapped.text().get(from..end).unwrap_or("")) {
            layout.broken.push(("separator", from..end));
        }
        if let Some(second) = value.clone().and_then(|value| text.find_in(value, &['='])) {
            layout.broken.push(("separator", second..second + 1));
        }
        layout.parameters.push((from..equals.unwrap_or(end), value));
        from = end + 1;
    }
    layout
}

/// Divides `host:port,[host]:port`; gives where the database begins.
fn divide_hosts(text: &Text<'_>, start: usize, layout: &mut Layout) -> usize {
    let mut at = start;
    // A bracket that is not there is looked for once, so that many openings cost linear time.
    let mut may_close = true;
    loop {
        let opens = text.rest(at).starts_with('[');
        let close = if opens && may_close { text.rest(at).find(']').map(|offset| at + offset) } else { None };
        let (host, after) = match close {
            Some(close) => {
                let after = close + 1;
                if close == at + 1 {
                    layout.broken.push(("bracket", at..after));
                } else if !text.rest(after).is_empty() && !text.rest(after).starts_with([':', '/', '?', ',']) {
                    let end = text.rest(after).chars().next().map_or(after, |c| after + c.len_utf8());
                    layout.broken.push(("bracket", after..end));
                }
                (at + 1..close, after)
            }
            None => {
                if opens {
                    layout.broken.push(("bracket", at..at + 1));
                    may_close = false;
                }
                let end = text.find(at, &[':', '/', '?', ',']);
                (at..end, end)
            }
        };
        let end = text.find(after, &['/', '?', ',']);
        let port = text.rest(after).starts_with(':').then_some(after + 1..end);
        layout.hosts.push((host, port));
        at = end;
        if !text.rest(at).starts_with(',') {
            return at;
        }
        at += 1;
    }
}

/// The options of a URI whose authority begins at `start`.
pub(in super::super) fn options(text: &Text<'_>, start: usize, reading: &mut Reading) -> Options {
    let layout = divide(text, start, true);
    let mut options = Options::default();
    let joined = |parts: &[Range<usize>]| {
        let at = parts.first().map_or(start, |part| part.start);
        join(&parts.iter().map(|part| text.part(part.clone())).collect::<Vec<_>>(), text.part(at..at))
    };
    let hosts: Vec<_> = layout.hosts.iter().map(|(host, _)| host.clone()).collect();
    let end_of = |host: &Range<usize>| host.end..host.end;
    let ports: Vec<_> = layout.hosts.iter().map(|(host, port)| port.clone().unwrap_or_else(|| end_of(host))).collect();
    let early = [("user", layout.user.clone()), ("password", layout.password.clone())];
    for (key, range) in early {
        if let Some(part) = range.filter(|range| !range.is_empty() || key == "password") {
            options.put(key, strict(&text.part(part), reading));
        }
    }
    for (why, range) in layout.broken.iter().filter(|(why, _)| *why == "bracket") {
        reading.refuse(why, text.span(range.clone()));
    }
    for (key, parts) in [("host", &hosts), ("port", &ports)] {
        let value = joined(parts);
        if !value.text().is_empty() || (key == "port" && layout.hosts.len() == 1) {
            options.put(key, strict(&value, reading));
        }
    }
    if let Some(database) = layout.database.filter(|range| !range.is_empty()) {
        options.put("dbname", strict(&text.part(database), reading));
    }
    let mut broken = layout.broken.iter().filter(|(why, _)| *why == "separator").peekable();
    for (key, value) in layout.parameters {
        let end = value.as_ref().map_or(key.end, |value| value.end);
        while let Some((why, range)) = broken.next_if(|(_, range)| range.end <= end) {
            reading.refuse(why, text.span(range.clone()));
        }
        let written = text.part(key);
        match value {
            None if reference::any(written.text()) => reading.open = Some(written),
            None => {}
            Some(value) => parameter(&written, &text.part(value), &mut options, reading),
        }
    }
    options
}

/// Takes in one parameter of the query. `ssl=true` is there for strings that were written for JDBC.
fn parameter(key: &Mapped, value: &Mapped, options: &mut Options, reading: &mut Reading) {
    if reference::any(key.text()) {
        reading.open = Some(key.clone());
        return;
    }
    let (name, value) = (strict(key, reading), strict(value, reading));
    if name.text() == "ssl" && value.text() == "true" {
        options.put("sslmode", spelled("require", &value));
    } else if name.text() == "ssl" && reference::any(value.text()) {
        options.put("sslmode", value);
    } else if name.text() == "ssl" {
        reading.tls = Tls::Refused(value.whole());
        reading.refuse("parameter", key.whole());
    } else if !options.store(name.text(), value) {
        reading.refuse("parameter", key.whole());
    }
}

/// A URI divided without refusing anything, for a driver that refuses all of it: what it names may be judged all the same.
pub(in super::super) fn tolerant(text: &Text<'_>, start: usize) -> Reading {
    let mut reading = Reading::default();
    let options = options(text, start, &mut reading);
    super::interpret(&options, text.span(start..start), &mut reading);
    reading.refused.clear();
    reading
}

/// The parameters of a query as HTML forms and URL libraries read them: `+` is a blank, a key without `=` is empty.
pub(in super::super) fn pairs(text: &Text<'_>, query: Range<usize>, form: bool) -> Vec<(Mapped, Mapped, Mapped)> {
    let pair = |range: Range<usize>| {
        let equals = text.find_in(range.clone(), &['=']).unwrap_or(range.end);
        let written = text.part(range.start..equals);
        let value = text.part((equals + 1).min(range.end)..range.end);
        (decode(&written, form), decode(&value, form), written)
    };
    text.split(query, '&').into_iter().filter(|range| !range.is_empty()).map(pair).collect()
}
