//! References to other variables: `${{shared.X}}` of Railway, `${X}` of env files and shells, `$X` of shells.
//!
//! Railway's grammar is `${{ [NAMESPACE.]VAR }}` with blanks allowed inside, and template functions such as
//! `${{secret(32)}}` (Railway documentation, "Variables"). What stands between the braces is opaque for every reader
//! here: it may hold `/`, `+` and quotes.

use super::shape::name_may_be_shown;
use crate::fact::{Cause, State};
use crate::source::Mapped;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// One reference in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its bytes, with dollar sign and braces.
    pub range: Range<usize>,
    /// Whether it is Railway's `${{…}}`; else it is `${…}`.
    pub railway: bool,
    /// Before the dot of a Railway reference: `shared`, or the name of a service.
    pub namespace: Option<Range<usize>>,
    /// The name of the variable, where it names one (a template function does not).
    pub name: Option<Range<usize>>,
}

/// Every `${{…}}` and `${NAME…}` of a text, in order.
pub fn find(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    if !text.contains('$') {
        return found;
    }
    let mut at = 0;
    // A closing brace that is not there is looked for once, so that many openings cost linear time.
    let (mut may_close, mut may_close_twice) = (true, true);
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("${")).map(|offset| at + offset) {
        let railway = text.get(start..).is_some_and(|rest| rest.starts_with("${{"));
        let reference = if railway && may_close_twice {
            let reference = railway_at(text, start);
            may_close_twice = reference.is_some();
            reference
        } else if !railway && may_close {
            plain_at(text, start, &mut may_close)
        } else {
            None
        };
        at = reference.as_ref().map_or(start + 2, |reference| reference.range.end);
        found.extend(reference);
    }
    found
}

/// Railway's `${{…}}` at `start`.
fn railway_at(text: &str, start: usize) -> Option<Reference> {
    let inner = text.get(start + 3..)?;
    let close = start + 3 + inner.find("}}")?;
    let body = text.get(start + 3..close)?;
    let lead = body.len() - body.trim_start().len();
    let trimmed = body.trim();
    let first = start + 3 + lead;
    let (namespace, name) = match trimmed.rfind('.') {
        Some(dot) => (Some(first..first + dot), first + dot + 1..first + trimmed.len()),
        None => (None, first..first + trimmed.len()),
    };
    let named = text.get(name.clone()).is_some_and(is_identifier);
    let spaced =
        namespace.clone().and_then(|range| text.get(range)).is_none_or(|text| !text.contains(['{', '}', '(', ')']));
    let named = named && spaced;
    let (namespace, name) = if named { (namespace, Some(name)) } else { (None, None) };
    Some(Reference { range: start..close + 2, railway: true, namespace, name })
}

/// `${NAME}`, or `${NAME:-default}` and its like, at `start`.
fn plain_at(text: &str, start: usize, may_close: &mut bool) -> Option<Reference> {
    let inner = text.get(start + 2..)?;
    let length = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let name = inner.get(..length).filter(|name| is_identifier(name))?;
    let after = inner.get(name.len()..)?;
    if !after.starts_with(['}', ':', '-', '?', '+', '=']) {
        return None;
    }
    let Some(close) = after.find('}') else {
        *may_close = false;
        return None;
    };
    let name_at = start + 2..start + 2 + length;
    Some(Reference { range: start..name_at.end + close + 1, railway: false, namespace: None, name: Some(name_at) })
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The reference that a text is as a whole.
pub fn whole(text: &str) -> Option<Reference> {
    find(text).into_iter().next().filter(|reference| reference.range == (0..text.len()))
}

/// Whether a text holds a reference in a place where a shell's `$NAME` counts as well: hosts, ports and options hold no
/// dollar sign otherwise.
pub(super) fn any(text: &str) -> bool {
    text.contains('$') && (!find(text).is_empty() || bare(text))
}

/// Whether a shell's `$NAME` stands in a text.
fn bare(text: &str) -> bool {
    let after = text.split('$').skip(1);
    after.into_iter().any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// Whether a password is a reference: any `${…}`, or the whole of it a shell's `$NAME` in upper case. A dollar sign
/// alone is an ordinary character of passwords.
pub(super) fn is_password(text: &str) -> bool {
    let shell = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    !find(text).is_empty() || text.strip_prefix('$').is_some_and(shell)
}

/// The text with every byte of a reference replaced by `r`, as long as before: what stands in a reference divides nothing.
pub(super) fn veil(text: &str) -> Cow<'_, str> {
    let references = find(text);
    if references.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut veiled = String::with_capacity(text.len());
    let mut at = 0;
    for reference in references {
        veiled.push_str(text.get(at..reference.range.start).unwrap_or(""));
        veiled.extend(std::iter::repeat_n('r', reference.range.len()));
        at = reference.range.end;
    }
    veiled.push_str(text.get(at..).unwrap_or(""));
    Cow::Owned(veiled)
}

/// A reference as it may be shown: without defaults, and only if its names may be.
pub fn shown(text: &str, reference: &Reference) -> Option<String> {
    let name = reference.name.clone().and_then(|range| text.get(range)).filter(|name| name_may_be_shown(name))?;
    if !reference.railway {
        return Some(format!("${{{name}}}"));
    }
    match reference.namespace.clone() {
        None => Some(format!("${{{{{name}}}}}")),
        Some(range) => {
            let namespace = text.get(range).filter(|namespace| namespace_may_be_shown(namespace))?;
            Some(format!("${{{{{namespace}.{name}}}}}"))
        }
    }
}

/// A service is named like a variable, but with blanks and dashes, and by at most 32 characters (Railway documentation,
/// "Services").
pub fn namespace_may_be_shown(namespace: &str) -> bool {
    namespace.len() <= 32 && name_may_be_shown(&namespace.replace([' ', '-'], "_"))
}

/// Why a text that holds a reference cannot be known.
pub fn cause(text: &str) -> Arc<Cause> {
    let found = find(text);
    let Some(first) = found.first() else {
        return Cause::new("holds a reference, and no document defines it", "Write the value out.");
    };
    let help = if first.railway {
        "Export the environment too:  railway environment config --json > railway/<environment>/environment.json"
    } else {
        "Define it above in the same file, or write the value out."
    };
    cause_of(text, first, "and no document defines it", help)
}

/// The same for one reference of the text, with a reason: "which is sealed".
pub fn cause_of(text: &str, reference: &Reference, why: &str, help: &str) -> Arc<Cause> {
    let verb = if reference.range == (0..text.len()) { "is" } else { "holds" };
    match shown(text, reference) {
        Some(shown) => Cause::new(format!("{verb} `{shown}`, {why}"), help),
        None => Cause::new(format!("holds a reference, {why}"), help),
    }
}

/// The unknown state of a part that holds a reference.
pub(super) fn unknown(part: &Mapped) -> State {
    State::Unknown(part.whole(), cause(part.text()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|reference| text.get(reference.range).unwrap()).collect()
    }

    #[test]
    fn both_spellings_are_found_and_nothing_else() {
        assert_eq!(
            texts("http://${{api.RAILWAY_PRIVATE_DOMAIN}}:${{ api.PORT }}/${X:-d}"),
            ["${{api.RAILWAY_PRIVATE_DOMAIN}}", "${{ api.PORT }}", "${X:-d}"]
        );
        assert_eq!(texts("$X {{x}} ${ ${{never closed ${1X}"), Vec::<&str>::new());
        assert_eq!(texts("${{secret(43, \"ab+/}\")}}="), ["${{secret(43, \"ab+/}\")}}"]);
    }

    #[test]
    fn a_reference_has_names_and_a_function_has_none() {
        let text = "${{ Docs Frontend.RAILWAY_PRIVATE_DOMAIN }}";
        let reference = whole(text).unwrap();
        assert_eq!(text.get(reference.namespace.clone().unwrap()), Some("Docs Frontend"));
        assert_eq!(text.get(reference.name.clone().unwrap()), Some("RAILWAY_PRIVATE_DOMAIN"));
        assert_eq!(shown(text, &reference).unwrap(), "${{Docs Frontend.RAILWAY_PRIVATE_DOMAIN}}");
        assert_eq!(whole("${{randomInt(1000, 9999)}}").unwrap().name, None);
        assert_eq!(whole("a${X}"), None);
    }

    #[test]
    fn a_cause_names_the_reference_only_if_it_may_be_shown() {
        assert_eq!(cause("${{shared.POOLER_URL}}").reason, "is `${{shared.POOLER_URL}}`, and no document defines it");
        assert_eq!(cause("${{shared.X}}/a").reason, "holds `${{shared.X}}`, and no document defines it");
        assert_eq!(cause("${X:-MADEUPdefault}").reason, "is `${X}`, and no document defines it");
        let hidden = cause("${{shared.sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H}}").reason.clone();
        assert_eq!(hidden, "holds a reference, and no document defines it");
    }

    #[test]
    fn many_openings_are_no_reference() {
        assert!(find(&"${{".repeat(200_000)).is_empty());
        assert!(find(&"${A:".repeat(200_000)).is_empty());
    }
}
