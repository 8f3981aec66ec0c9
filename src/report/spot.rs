//! Where something points, for programs: a path of the repository, a URI, a place.

use crate::finding::{Anchor, Finding};
use crate::source::{Place, Shown, Span, escape_controls};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;

/// What stands as it is in the path of a URI (RFC 3986, unreserved and `/`). A colon would make a scheme of what is
/// before it.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The place in a file of which there is no text.
const TOP: Place = Place { line: 1, column: 1, end_line: 1, end_column: 1 };

/// A file and a place in it.
pub(super) struct Spot<'a> {
    /// The path as it is shown: relative to where the command was run.
    pub path: Cow<'a, str>,
    /// Lines and columns, those of the file; the first character of a file that does not exist.
    pub place: Place,
    /// Whether there is no such file.
    pub missing: bool,
}

impl<'a> Spot<'a> {
    /// Where a finding points.
    pub fn of(finding: &Finding, shown: Shown<'a>) -> Self {
        match &finding.anchor {
            Anchor::At(span) => Self::at(*span, shown),
            Anchor::Missing(path) => Self { path: Cow::Owned(escape_controls(path)), place: TOP, missing: true },
        }
    }

    /// The place of a span.
    pub fn at(span: Span, shown: Shown<'a>) -> Self {
        Self { path: Cow::Borrowed(shown.path(span.source)), place: shown.place(span), missing: false }
    }
}

/// A path that is relative to `base` as one that is relative to the root of the repository; an absolute path, and one that
/// climbs out of the repository, stay what they are.
pub(super) fn in_repository<'a>(base: &str, path: &'a str) -> Cow<'a, str> {
    if base.is_empty() || path.starts_with('/') {
        return Cow::Borrowed(path);
    }
    let base = escape_controls(base);
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    Cow::Owned(parts.join("/"))
}

/// A path as a relative reference of a URI; an absolute path as a `file` URI.
pub(super) fn uri(path: &str) -> String {
    // Once it is encoded, nobody recognises a secret any more.
    let path = crate::document::value::redacted(path.to_owned());
    let encoded = utf8_percent_encode(&path, PATH);
    if path.starts_with('/') { format!("file://{encoded}") } else { encoded.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_path_below_a_folder_is_one_of_the_repository() {
        for (base, path, expected) in [
            ("", "env/a.env", "env/a.env"),
            ("apps/api", "env/a.env", "apps/api/env/a.env"),
            ("apps/api", "../web/.env", "apps/web/.env"),
            ("apps", "../../out.env", "../out.env"),
            ("apps", "/etc/a.env", "/etc/a.env"),
            ("apps/", "./a.env", "apps/a.env"),
        ] {
            assert_eq!(in_repository(base, path), expected, "{base} {path}");
        }
    }

    #[test]
    fn a_uri_holds_nothing_that_means_something() {
        assert_eq!(uri("env/prod x/ä:b%#?.env"), "env/prod%20x/%C3%A4%3Ab%25%23%3F.env");
        assert_eq!(uri("/tmp/a b"), "file:///tmp/a%20b");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
