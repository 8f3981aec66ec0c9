//! JSON Web Tokens (RFC 7519): decoded, never verified. A claim becomes a value only if it is a known one, since anybody
//! can write anything into a token.

use super::super::provider;
use super::super::sign::{LONGEST_SEGMENT as LONGEST, begins_payload};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use std::ops::Range;

/// Behind other characters only a header of so many characters is looked for,
const LONGEST_HEADER: usize = 1024;

/// at so many places.
const MOST_HEADERS: usize = 8;

/// Deeper JSON is not decoded, but hidden.
const DEEPEST: usize = 8;

/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// How the header of a token begins: `{"alg":` and `{"typ":`.
const HEADERS: &[&str] = &["eyJhbGciOi", "eyJ0eXAiOi"];

/// Roles that a token may say by name; everything else is `other`. Source: Supabase documentation, "Postgres Roles".
const ROLES: &[&str] = &["anon", "authenticated", "service_role", "authenticator", "postgres", "supabase_admin"];

/// A token in a text.
pub(super) struct Token {
    /// All three segments.
    pub range: Range<usize>,
    /// What it says, if Supabase signed it.
    pub claims: Option<Claims>,
}

/// What a Supabase token says.
#[derive(Debug)]
pub(super) struct Claims {
    /// The role: a known one or `other`.
    pub role: Option<&'static str>,
    /// The project reference.
    pub project: Option<String>,
    /// A word of the vocabulary's `issuer`.
    pub issuer: &'static str,
    /// When it expires.
    pub expiry: Expiry,
}

/// When a token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    /// It does not say.
    Never,
    /// Seconds since 1970-01-01, up to the year 9999.
    At(i64),
    /// It says something that is no time.
    Unreadable,
}

/// What a segment is.
enum Segment {
    Object(Map<String, Value>),
    /// Too long or too deep to be decoded.
    TooMuch,
    Other,
}

/// Every token of a text.
pub(super) fn find(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut end = 0;
    for (dot, _) in text.match_indices('.') {
        let after = text.as_bytes().get(dot + 1..).unwrap_or_default();
        if dot >= end && begins_payload(after) {
            let run = run_around(text, dot, end);
            end = run.end;
            tokens_of(text, run, &mut found);
        }
    }
    found
}

/// The payload of a whole text that is written like a token and says nothing: three segments, of which the first one is
/// the header of a token and the second one no object.
pub(super) fn broken(text: &str) -> Option<Range<usize>> {
    if !HEADERS.iter().any(|begin| text.starts_with(begin)) {
        return None;
    }
    let (header, rest) = text.split_once('.')?;
    let (payload, signature) = rest.split_once('.')?;
    let is_token = !payload.is_empty() && !signature.is_empty() && !signature.contains(['.', ' ', '\n']);
    let says_nothing = !matches!(decode(header), Segment::Object(_)) || matches!(decode(payload), Segment::Other);
    let start = header.len() + 1;
    (is_token && says_nothing).then_some(start..start + payload.len())
}

/// The run of base64url characters and dots around the byte `at`, not before `from`.
fn run_around(text: &str, at: usize, from: usize) -> Range<usize> {
    let is = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let (before, after) = text.as_bytes().split_at_checked(at).unwrap_or_default();
    let before = before.get(from..).unwrap_or_default();
    at - before.iter().rev().take_while(is).count()..at + after.iter().take_while(is).count()
}

/// The tokens of one run: two segments that decode to objects, and a third.
fn tokens_of(text: &str, run: Range<usize>, found: &mut Vec<Token>) {
    let mut segments = Vec::new();
    let mut start = run.start;
    for part in text.get(run).unwrap_or("").split('.') {
        segments.push(start..start + part.len());
        start += part.len() + 1;
    }
    let mut index = 0;
    while let (Some(header), Some(payload)) = (segments.get(index), segments.get(index + 1)) {
        let end = segments.get(index + 2).map_or(payload.end, |signature| signature.end);
        let three = segments.len() > index + 2;
        let decoded = |range: &Range<usize>| text.get(range.clone()).map_or(Segment::Other, decode);
        let (start, segment) = header_in(text, header);
        let claims = match segment {
            Segment::Other => None,
            _ if !three => None,
            Segment::TooMuch => Some(None),
            Segment::Object(_) => match decoded(payload) {
                Segment::Other => None,
                Segment::TooMuch => Some(None),
                Segment::Object(payload) => Some(claims(&payload)),
            },
        };
        match claims {
            Some(claims) => {
                found.push(Token { range: start..end, claims });
                index += 3;
            }
            None => index += 1,
        }
    }
}

/// Where the header of a token begins in a segment, and what it is. Something may stand right before it: the `n` of an
/// escape (`\neyJ…`), a word and a dash.
fn header_in(text: &str, segment: &Range<usize>) -> (usize, Segment) {
    let part = text.get(segment.clone()).unwrap_or("");
    match decode(part) {
        Segment::Other => {}
        decoded => return (segment.start, decoded),
    }
    // `eyJ` is `{"`. A header is short, so that few places are tried.
    let first = part.len().saturating_sub(LONGEST_HEADER);
    let places = part.match_indices("eyJ").map(|(at, _)| at).filter(|at| *at >= first.max(1));
    for at in places.take(MOST_HEADERS) {
        if let decoded @ Segment::Object(_) = part.get(at..).map_or(Segment::Other, decode) {
            return (segment.start + at, decoded);
        }
    }
    (segment.start, Segment::Other)
}

/// Decodes one segment.
fn decode(segment: &str) -> Segment {
    // An object begins with a brace, with or without blanks before it; nothing else is worth decoding.
    if segment.len() < 4 || !segment.starts_with(['e', 'C', 'D', 'I']) {
        return Segment::Other;
    }
    if segment.len() > LONGEST {
        return Segment::TooMuch;
    }
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(segment) else { return Segment::Other };
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Segment::Other;
    }
    if depth(&bytes) > DEEPEST {
        return Segment::TooMuch;
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Segment::Object(object),
        _ => Segment::Other,
    }
}

/// How deep brackets are nested, strings left out.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// What a token says; of somebody else's only when it expires.
fn claims(payload: &Map<String, Value>) -> Option<Claims> {
    let text = |key: &str| payload.get(key).and_then(Value::as_str);
    let role = text("role").map(|role| ROLES.iter().copied().find(|known| *known == role).unwrap_or("other"));
    let issuer = text("iss").unwrap_or("");
    let sign_in = issuer
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_suffix(".supabase.co/auth/v1"))
        .filter(|project| provider::is_project(project));
    let named = match issuer {
        "supabase" => Some("supabase"),
        "supabase-demo" => Some("supabase-demo"),
        _ => sign_in.map(|_| "supabase-auth"),
    };
    let issuer = match named {
        Some(issuer) => issuer,
        None if role.is_some() && text("ref").is_some() => "other",
        // A token of somebody else, whose roles are nobody's here.
        None => {
            let expiry = payload.get("exp").map_or(Expiry::Never, expiry);
            return Some(Claims { role: None, project: None, issuer: "other", expiry });
        }
    };
    let project = text("ref").filter(|project| provider::is_project(project)).or(sign_in).map(str::to_owned);
    let expiry = payload.get("exp").map_or(Expiry::Never, expiry);
    Some(Claims { role, project, issuer, expiry })
}

/// A NumericDate of RFC 7519, which may have a fraction. One before 1970 is as long over as the first second of 1970.
fn expiry(claim: &Value) -> Expiry {
    let seconds = claim.as_i64().or_else(|| {
        let seconds = claim.as_f64()?;
        (seconds <= LAST_SECOND as f64).then_some(seconds as i64)
    });
    let seconds = seconds.map(|seconds| seconds.max(0)).filter(|seconds| *seconds <= LAST_SECOND);
    seconds.map_or(Expiry::Unreadable, Expiry::At)
}
