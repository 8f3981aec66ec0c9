//! What other loaders make of the same lines. Most lines read alike everywhere and cost one look; the others are read by
//! every loader, each in an environment where nothing else is set.

use super::loader::{Assignment, Item, LOADERS, Loader, Outer, Scope, Text};
use super::plain::Line;
use crate::source::SourceId;
use std::collections::HashMap;
use std::ops::Range;

/// A line that other loaders read otherwise.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disagreement {
    /// What counts differently: a word of the vocabulary's `how`.
    pub how: &'static str,
    /// For whom.
    pub loaders: Vec<&'static str>,
    /// The bytes that count differently, where they can be told.
    pub sign: Option<Range<usize>>,
}

/// What a loader does with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// It sets this text.
    Sets(String),
    /// It knows the name and sets nothing.
    Nothing,
    /// What it sets cannot be known: a command.
    Unknown,
    /// It does not see the name, or refuses the line.
    Missing,
}

/// What a line asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Every loader reads it alike.
    Plain,
    /// It ends where it ends for every loader.
    Closed,
    /// It may go on in the next line for some loader.
    Open,
}

/// The disagreements of a text about what `loader` finds in it, by the first byte of the name.
pub(super) fn disagreements(loader: &Loader, text: &str, lines: &[Line]) -> HashMap<usize, Vec<Disagreement>> {
    let mut found = HashMap::new();
    let lone_return = || text.split('\r').skip(1).any(|rest| !rest.starts_with('\n'));
    let mut closed = Vec::new();
    let mut open = text.contains('\r') && lone_return();
    open |= text.starts_with('\u{feff}');
    for line in lines {
        let content = text.get(line.range.clone()).unwrap_or("");
        let name = line.name.filter(|name| content.as_bytes().get(name + 1) != Some(&b'e'));
        // What every loader reads alike is looked at once; a value that begins like `encrypted:` is not among it.
        match name.map_or_else(|| class(content, loader), |_| Class::Plain) {
            Class::Plain => {}
            Class::Closed => closed.push(line.range.clone()),
            Class::Open => open = true,
        }
    }
    if open {
        compare(loader, text, 0, &mut found);
    } else {
        for range in closed {
            compare(loader, text.get(range.clone()).unwrap_or(""), range.start, &mut found);
        }
    }
    once(found)
}

/// What concerns the whole file is said once, at the first variable that it concerns.
fn once(mut found: HashMap<usize, Vec<Disagreement>>) -> HashMap<usize, Vec<Disagreement>> {
    for how in ["line-end", "byte-order-mark"] {
        let concerned = found.iter().filter(|(_, all)| all.iter().any(|one| one.how == how));
        let Some(first) = concerned.map(|(at, _)| *at).min() else { continue };
        for (at, all) in &mut found {
            all.retain(|one| one.how != how || *at == first);
        }
    }
    found
}

/// Looks at one line with its line end.
fn class(line: &str, loader: &Loader) -> Class {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let trimmed = line.trim_ascii();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Class::Plain;
    }
    // docker takes quotes, and an `export`, for a part of what they stand around; nobody else does.
    let docker = loader.name == "docker";
    let written = line.strip_prefix("export ").filter(|_| !docker).unwrap_or(line);
    if let Some((name, value)) = written.split_once('=')
        && is_name(name)
        && !value.starts_with("encrypted:")
        && (value.bytes().all(is_safe) || (!docker && is_safely_quoted(value)))
    {
        return Class::Plain;
    }
    if line.starts_with('\u{feff}') || line.contains('\\') || !is_closed(line) { Class::Open } else { Class::Closed }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The bytes that mean themselves for every loader, wherever they stand in a bare value.
const SAFE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let (signs, mut at) = (b"_-./:@%+,=?^!*[]{}", 0);
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

fn is_safe(byte: u8) -> bool {
    SAFE[usize::from(byte)]
}

fn is_safely_quoted(value: &str) -> bool {
    let inside = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let safe = |byte: u8| is_safe(byte) || b" &;|<>()#~".contains(&byte);
    inside('"').or_else(|| inside('\'')).is_some_and(|inner| inner.bytes().all(safe) && inner.trim() == inner)
}

/// Whether every quote and bracket of a line is closed in it.
fn is_closed(line: &str) -> bool {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut before = ' ';
    for c in line.chars() {
        match (quote, c) {
            (None, '\'' | '"' | '`') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (_, '(' | '{') if before == '$' || depth > 0 => depth += 1,
            (_, ')' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = c;
    }
    quote.is_none() && depth == 0
}

/// Reads a part of a text, which begins at byte `base`, by every loader.
fn compare(loader: &Loader, text: &str, base: usize, found: &mut HashMap<usize, Vec<Disagreement>>) {
    let own = read(loader, text);
    if own.is_empty() {
        return;
    }
    for other in LOADERS.iter().filter(|other| other.compared && other.name != loader.name) {
        let theirs: HashMap<usize, (Range<usize>, Outcome)> =
            read(other, text).into_iter().map(|line| (line.name.start, (line.name, line.outcome))).collect();
        for line in &own {
            let outcome = match theirs.get(&line.name.start) {
                Some((name, outcome)) if *name == line.name => outcome,
                _ => &Outcome::Missing,
            };
            if let Some((how, sign)) = difference(loader, other, line, outcome, text) {
                let all = found.entry(base + line.name.start).or_default();
                let sign = sign.map(|sign| base + sign.start..base + sign.end);
                match all.iter_mut().find(|known| known.how == how) {
                    Some(known) => known.loaders.push(other.name),
                    None => all.push(Disagreement { how, loaders: vec![other.name], sign }),
                }
            }
        }
    }
}

/// A line as one loader has it.
struct Seen {
    name: Range<usize>,
    /// The value with the quotes around it.
    value: Range<usize>,
    outcome: Outcome,
}

fn read(loader: &Loader, text: &str) -> Vec<Seen> {
    let source = Text { source: SourceId(0), text, lines: &[] };
    let line = |item: Item| {
        let Item::Assignment(Assignment { name, value, .. }) = item else { return None };
        let (value, outcome) = match value {
            None => (name.end..name.end, Outcome::Nothing),
            Some(value) if value.unknown.is_some() => (value.raw, Outcome::Unknown),
            Some(value) => (value.raw, Outcome::Sets(value.text.text().to_owned())),
        };
        Some(Seen { name, value, outcome })
    };
    (loader.read)(&source, &mut Scope::new(Outer::Empty, text)).into_iter().filter_map(line).collect()
}

/// What counts differently for `other`, if anything does, and the bytes of it.
fn difference(
    loader: &Loader,
    other: &Loader,
    line: &Seen,
    theirs: &Outcome,
    text: &str,
) -> Option<(&'static str, Option<Range<usize>>)> {
    if line.outcome == *theirs {
        return None;
    }
    let part = |range: Range<usize>| text.get(range).unwrap_or("");
    let raw = part(line.value.clone());
    let (own, their) = (sets(&line.outcome), sets(theirs));
    let start = text.get(..line.name.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(line.value.end..).unwrap_or("");
    let behind = rest.split('\n').next().unwrap_or("");
    let before = part(start..line.name.start);
    if before.contains('\u{feff}') || part(line.name.clone()).starts_with('\u{feff}') {
        return Some(("byte-order-mark", None));
    }
    if is_quoted(text, &line.value, own, their) {
        // That docker keeps quotes is no news but to whoever runs docker.
        return (other.name != "docker").then_some(("quotes-kept", None));
    }
    let ends_in_return = |text: Option<&str>| text.is_some_and(|text| text.ends_with('\r'));
    if behind.ends_with('\r') && (ends_in_return(own) != ends_in_return(their)) {
        return Some(("line-end", None));
    }
    let signs = Signs {
        value: line.value.clone(),
        raw,
        behind,
        in_quotes: part(line.value.start.saturating_sub(1)..line.value.start),
    };
    let for_shell = other.name == "shell" || loader.name == "shell";
    let known = *theirs != Outcome::Unknown && line.outcome != Outcome::Unknown;
    let found = signs.responsible(own, their, known, for_shell);
    Some(found.unwrap_or_else(|| (rest_of(raw, behind, part(start..line.value.start), part(line.name.clone())), None)))
}

/// A value with what stands beside it.
struct Signs<'a> {
    value: Range<usize>,
    raw: &'a str,
    /// Up to the end of the line.
    behind: &'a str,
    /// The character right before the value.
    in_quotes: &'a str,
}

impl Signs<'_> {
    fn find(&self, sign: &str) -> Option<Range<usize>> {
        self.raw.find(sign).map(|at| self.value.start + at..self.value.start + at + sign.len())
    }

    /// The sign that makes the difference between two values, if one does.
    fn responsible(
        &self,
        own: Option<&str>,
        their: Option<&str>,
        known: bool,
        for_shell: bool,
    ) -> Option<(&'static str, Option<Range<usize>>)> {
        if let Some(sign) = self.find("${{") {
            return Some(("railway-reference", Some(sign)));
        }
        let command = self.find("$(").or_else(|| self.find("`"));
        if !known || command.is_some() {
            return Some(if command.is_some() || self.in_quotes == "`" {
                ("command", command)
            } else {
                ("dollar", self.find("$").or_else(|| self.find("~")))
            });
        }
        let divided = |text: Option<&str>, longer: Option<&str>| {
            text.zip(longer)
                .and_then(|(text, longer)| longer.strip_prefix(text))
                .is_some_and(|rest| rest.trim_start().starts_with('#'))
        };
        if divided(their, own) || divided(own, their) {
            let end = self.value.end;
            let sign = self.find("#").or_else(|| self.behind.find('#').map(|at| end + at..end + at + 1));
            return Some(("comment", sign));
        }
        if let Some(sign) = self.find("$") {
            return Some(("dollar", Some(sign)));
        }
        if for_shell && !["\"", "'"].contains(&self.in_quotes) {
            let sign = ["&", ";", "|", "<", ">", "(", ")"].into_iter().find_map(|sign| self.find(sign));
            if sign.is_some() {
                return Some(("shell-sign", sign));
            }
        }
        (self.in_quotes == "`").then_some(("quote", None))
    }
}

/// What is left as the reason: the first that is to be seen in the value, then beside it.
fn rest_of(raw: &str, behind: &str, before: &str, name: &str) -> &'static str {
    if raw.contains(['\n', '\r']) {
        "lines"
    } else if raw.contains('\\') {
        "escape"
    } else if raw.contains(['"', '\''])
        || behind.contains(['"', '\'']) && !behind.trim_start_matches(['"', '\'']).trim().is_empty()
    {
        "quote"
    } else if !is_name(name) || before.trim_start().starts_with("export") || !before.contains('=') {
        "name"
    } else if raw.contains(char::is_whitespace) || before.contains([' ', '\t']) || behind.contains([' ', '\t']) {
        "blank"
    } else {
        "other"
    }
}

fn sets(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Sets(text) => Some(text),
        Outcome::Nothing | Outcome::Unknown | Outcome::Missing => None,
    }
}

/// Whether one of two has the quotes around a value in it, and the other one has not.
fn is_quoted(text: &str, value: &Range<usize>, own: Option<&str>, their: Option<&str>) -> bool {
    let Some((own, their)) = own.zip(their) else { return false };
    let bare = |text: &str| {
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        text.strip_prefix(quote)?.strip_suffix(quote).map(str::to_owned)
    };
    // Escapes in quotes that are kept are kept as well.
    let raw = text.get(value.clone()).unwrap_or("");
    let same = |long: &str, short: &str| bare(long).is_some_and(|inner| inner == short || inner == raw);
    same(own, their) || same(their, own)
}

#[cfg(test)]
mod tests;
