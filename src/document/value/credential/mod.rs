//! Keys, recognised by their content: Supabase's API keys, access tokens and JWTs, tokens of others, private keys, and
//! vendors' keys with a public prefix.
//!
//! Sources: Supabase documentation, "Understanding API keys"; supabase/cli `internal/utils/access_token.go` and the
//! default configuration of its local stack.

mod jwt;
mod named;
mod vendor;

use super::sign::may_hold_a_key;
use super::{placeholder, scan};
use crate::document::Settings;
use crate::fact::{Cause, Fact, Field, Kind, State, Value};
use crate::source::{Mapped, Secret, Span};
use jwt::{Claims, Expiry};
use named::Named;
pub(super) use named::Promise;
use std::ops::Range;
pub(super) use vendor::may_begin;

/// Keys that Supabase's command-line tool gives to every local stack. Written in parts, so that a scanner for keys does
/// not take this table for a leak.
const LOCAL_KEYS: &[&str] = &[
    concat!("sb_", "publishable_", "ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH"),
    concat!("sb_", "secret_", "N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"),
];

/// Nothing shorter is a key, nor looks like one.
const SHORTEST: usize = 10;

/// A key's text behind its prefix has at least this many characters: 22 and 8 in a hosted project, fewer locally.
const LEAST_KEY: usize = 20;

/// Something in a text that is a key, or looks so much like one that nobody may see it.
#[derive(Debug)]
pub(super) struct Found {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is; nothing where it is only to be hidden.
    what: Option<What>,
}

#[derive(Debug)]
enum What {
    Publishable,
    Secret,
    AccessToken,
    Jwt(Claims),
    PrivateKey,
    Vendor(&'static vendor::Form),
    Named(Named),
}

/// Every key of a text, in order.
pub(super) fn find(text: &str) -> Vec<Found> {
    if text.len() < SHORTEST || !may_hold_a_key(text) {
        return Vec::new();
    }
    search(text)
}

/// The same, for a text in which a key may stand.
pub(super) fn search(text: &str) -> Vec<Found> {
    if text.len() < SHORTEST {
        return Vec::new();
    }
    let mut found = prefixed(text);
    found.extend(
        jwt::find(text).into_iter().map(|token| Found { range: token.range, what: token.claims.map(What::Jwt) }),
    );
    found.extend(vendor::find(text).into_iter().map(|(range, form)| Found { range, what: Some(What::Vendor(form)) }));
    found.extend(scan::private_keys(text).into_iter().map(|range| Found { range, what: Some(What::PrivateKey) }));
    found.sort_by_key(|found| (found.range.start, found.range.end));
    found
}

/// The payload of a whole value that is written like a JSON Web Token and is none.
pub(super) fn broken_token(text: &str) -> Option<Range<usize>> {
    jwt::broken(text).filter(|_| !placeholder::is_placeholder(text))
}

/// The secret that a whole value is by what its variable's name promises, where its content says nothing.
pub(super) fn named(promise: Promise, text: &str) -> Option<Found> {
    named::of(promise, text).map(|named| Found { range: 0..text.len(), what: Some(What::Named(named)) })
}

/// A password, by where it stands.
pub(super) fn password(range: Range<usize>) -> Found {
    Found { range, what: Some(What::Named(Named::Password)) }
}

/// Whether a key of another vendor stands anywhere in a text.
pub(super) fn has_vendor_key(text: &str) -> bool {
    !vendor::find(text).is_empty()
}

/// Whether a key stands anywhere in a text.
pub(super) fn claims(text: &str) -> bool {
    !find(text).is_empty()
}

/// Keys that are known by their prefix.
fn prefixed(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("sb")).map(|offset| at + offset) {
        let rest = text.get(start..).unwrap_or("");
        let length =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
        let key = rest.get(..length).unwrap_or("");
        let behind = |prefix: &str| key.strip_prefix(prefix).filter(|body| body.len() >= 8);
        let what = if let Some(body) = behind("sb_publishable_") {
            Some(is_key(body).then_some(What::Publishable))
        } else if let Some(body) = behind("sb_secret_") {
            Some(is_key(body).then_some(What::Secret))
        } else {
            behind("sbp_").map(|body| is_access_token(body).then_some(What::AccessToken))
        };
        at = if what.is_some() { start + length } else { start + 2 };
        found.extend(what.map(|what| Found { range: start..start + length, what }));
    }
    found
}

/// Whether a key's body is one, and no placeholder.
fn is_key(body: &str) -> bool {
    body.len() >= LEAST_KEY && !placeholder::is_placeholder(body)
}

/// `sbp_` + 40 hex digits, or `sbp_oauth_…`.
fn is_access_token(body: &str) -> bool {
    match body.strip_prefix("oauth_") {
        Some(token) => token.len() >= LEAST_KEY,
        None => body.len() == 40 && body.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
    }
}

impl Found {
    /// The fact, where it is a key of a known kind.
    pub(super) fn fact(&self, text: &Mapped, stands: &'static str, settings: &Settings) -> Option<Fact> {
        let what = self.what.as_ref()?;
        let key = text.text().get(self.range.clone())?;
        let span = text.span(self.range.clone());
        let demo = [named::LOCAL_JWT_SECRET, named::LOCAL_PASSWORD].contains(&key) || LOCAL_KEYS.contains(&key);
        let value = Value::Secret(Secret::new(key));
        let fact = |is| {
            Fact::variant(Kind::Credential, is, span).with(Field::Value, value, span).with_word(
                Field::Stands,
                stands,
                span,
            )
        };
        Some(match what {
            What::Publishable => described(fact("supabase-publishable"), span, false, demo, Some("anon")),
            What::Secret => described(fact("supabase-secret"), span, true, demo, Some("service_role")),
            What::AccessToken => described(fact("supabase-access-token"), span, true, false, None),
            What::PrivateKey => described(fact("private-key"), span, true, false, None),
            What::Vendor(form) => described(fact("vendor-key"), span, form.secret, false, None).with_word(
                Field::Vendor,
                form.vendor,
                span,
            ),
            What::Named(named) => {
                let is = match named {
                    Named::RailwayToken => "railway-token",
                    Named::JwtSecret => "jwt-secret",
                    Named::Password => "password",
                    Named::Unknown => "unknown",
                };
                described(fact(is), span, true, demo, None)
            }
            What::Jwt(claims) if claims.role.is_none() && claims.issuer == "other" => {
                let fact = described(fact("jwt"), span, true, false, None).with_word(Field::Issuer, "other", span);
                fact.with_state(Field::DaysLeft, days_left(claims.expiry, span, settings))
            }
            What::Jwt(claims) => {
                let public = claims.role == Some("anon");
                let fact =
                    described(fact("supabase-jwt"), span, !public, claims.issuer == "supabase-demo", claims.role);
                let project =
                    claims.project.clone().map_or(State::Absent(None), |project| State::Stated(project.into(), span));
                fact.with_word(Field::Issuer, claims.issuer, span)
                    .with_state(Field::Project, project)
                    .with_state(Field::DaysLeft, days_left(claims.expiry, span, settings))
            }
        })
    }

    /// Whether it must stay on a server.
    pub(super) fn is_secret(&self) -> bool {
        match &self.what {
            Some(What::Publishable) | None => false,
            Some(What::Secret | What::AccessToken | What::PrivateKey | What::Named(_)) => true,
            Some(What::Vendor(form)) => form.secret,
            Some(What::Jwt(claims)) => claims.role != Some("anon"),
        }
    }
}

fn described(fact: Fact, span: Span, secret: bool, demo: bool, role: Option<&'static str>) -> Fact {
    let role = role.map_or(State::Absent(None), |role| State::Stated(role.into(), span));
    fact.with(Field::Secret, secret, span).with(Field::Demo, demo, span).with_state(Field::Role, role)
}

/// Whole days until a key expires: the day of its expiry minus today.
fn days_left(expiry: Expiry, span: Span, settings: &Settings) -> State {
    match (expiry, settings.today) {
        (Expiry::Never, _) => State::Absent(None),
        (Expiry::Unreadable, _) => State::Unknown(span, Cause::new("expires at a time that is none", "")),
        (Expiry::At(_), None) => {
            let reason = "expires on a date, and no date of today was given";
            State::Unknown(span, Cause::new(reason, "Give --today."))
        }
        (Expiry::At(seconds), Some(today)) => State::Stated((seconds.div_euclid(86_400) - today).into(), span),
    }
}

#[cfg(test)]
mod tests;
