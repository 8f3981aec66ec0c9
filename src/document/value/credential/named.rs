//! Secrets that look like nothing by themselves: what they are, the name of their variable says together with their form.
//! Names alone decide nothing, and what a content recogniser knows never comes here.

use super::super::{is_published, placeholder, reference, url};

/// What a whole value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A token of Railway: a UUID (Railway documentation, "Public API").
    RailwayToken,
    /// What tokens are signed with: 16 characters at least (supabase/cli, `pkg/config/config.go`).
    JwtSecret,
    /// The password of a database.
    Password,
    /// Random characters under a name that promises a secret.
    Unknown,
}

/// The secret that Supabase's command-line tool signs the tokens of every local stack with.
pub(super) const LOCAL_JWT_SECRET: &str = "super-secret-jwt-token-with-at-least-32-characters-long";

/// The password of the local stack's database.
pub(super) const LOCAL_PASSWORD: &str = "postgres";

/// Names under which libpq and the images of Postgres take a password.
const PASSWORDS: &[&str] =
    &["PGPASSWORD", "POSTGRES_PASSWORD", "SUPABASE_DB_PASSWORD", "DB_PASSWORD", "DATABASE_PASSWORD"];

/// A secret that only its name gives away has at least this many characters, unless it is a database's password.
const SHORTEST: usize = 16;

/// Parts of names that promise a secret.
const SECRET: &[&str] = &["SECRET", "TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "KEY", "SALT"];

/// Parts of names that say the opposite, or speak of a file or of a number.
const PUBLIC: &[&str] = &["PUBLIC", "PUBLISHABLE", "ANON", "_ID", "_URL", "_FILE", "_PATH", "_NAME", "_TTL", "_LENGTH"];

/// The secret that the name of a variable promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Promise {
    /// The password of a database, however short.
    password: bool,
    /// Some secret.
    secret: bool,
    /// A token of Railway.
    railway: bool,
    /// What tokens are signed with.
    jwt: bool,
    /// Something that is public, or no secret but where it is found or how long it is.
    public: bool,
}

impl Promise {
    /// What a name promises.
    pub(in super::super) fn of(name: &str) -> Self {
        let name = name.to_ascii_uppercase();
        let holds = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        Self {
            password: PASSWORDS.contains(&&*name),
            secret: holds(SECRET),
            railway: name.ends_with("RAILWAY_TOKEN") || name.ends_with("RAILWAY_API_TOKEN"),
            jwt: name.ends_with("JWT_SECRET"),
            public: is_published(&name) || holds(PUBLIC),
        }
    }

    /// Whether it is that of a secret, whatever the value is.
    pub(in super::super) fn is_of_a_secret(self) -> bool {
        self.password || (self.secret && !self.public)
    }
}

/// What a whole value is, by what its name promises and by its form.
pub(super) fn of(promise: Promise, text: &str) -> Option<Named> {
    // Numbers, flags and other short texts are no secret, but for a password that somebody made so short.
    if text.is_empty() || text.len() > 4096 || !(promise.password || (promise.secret && text.len() >= SHORTEST)) {
        return None;
    }
    if placeholder::is_placeholder(text) || !reference::find(text).is_empty() {
        return None;
    }
    if promise.railway && is_uuid(text) {
        return Some(Named::RailwayToken);
    }
    if promise.jwt && text.len() >= 16 {
        return Some(Named::JwtSecret);
    }
    if promise.password {
        return Some(Named::Password);
    }
    (!promise.public && is_random(text) && url::find(text).is_empty()).then_some(Named::Unknown)
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a text looks generated: one word of 20 characters at least, letters and digits in it, and no fewer than 3.5 bits
/// a character (3 where it has hex digits only, of which there must be 32).
fn is_random(text: &str) -> bool {
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-.~!*$%^&#@".contains(&byte));
    let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !word || !letters || digits < 2 || text.len() < 20 {
        return false;
    }
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if hex { text.len() >= 32 && bits(text) >= 3.0 } else { bits(text) >= 3.5 }
}

/// Shannon's entropy of the characters, in bits a character.
fn bits(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len() as f64;
    let part = |count: &u32| {
        let share = f64::from(*count) / length;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_and_the_form_together_say_what_it_is() {
        let cases = [
            ("RAILWAY_TOKEN", "01234567-89ab-cdef-0123-456789abcdef", Some(Named::RailwayToken)),
            ("CI_RAILWAY_API_TOKEN", "01234567-89ab-cdef-0123-456789abcdef", Some(Named::RailwayToken)),
            ("SUPABASE_JWT_SECRET", LOCAL_JWT_SECRET, Some(Named::JwtSecret)),
            ("JWT_SECRET", "short", None),
            ("PGPASSWORD", "postgres", Some(Named::Password)),
            ("POSTGRES_PASSWORD", "changeme", None),
            ("DB_PASSWORD", "MADEUP", Some(Named::Password)),
            ("DB_PASSWORD", "123456789", Some(Named::Password)),
            ("API_KEY", "123456789", None),
            ("SESSION_SECRET", "MADEUP7d9Kq2xV4bT8nW1z", Some(Named::Unknown)),
            ("SESSION_SECRET", "a-secret-of-words-only-here", None),
            ("SESSION_SECRET", "${OTHER}", None),
            ("SESSION_SECRET", "your-session-secret-here-1234", None),
            ("LOG_LEVEL", "MADEUP7d9Kq2xV4bT8nW1z", None),
            ("NEXT_PUBLIC_POSTHOG_KEY", "MADEUP7d9Kq2xV4bT8nW1z", None),
            ("VAPID_PUBLIC_KEY", "MADEUP7d9Kq2xV4bT8nW1z", None),
            ("CACHE_KEY", "01234567-89ab-cdef-0123-456789abcdef", Some(Named::Unknown)),
            ("TOKEN_URL", "https://MADEUP7d9Kq2xV4bT8nW1z.example.com", None),
        ];
        for (name, text, expected) in cases {
            assert_eq!(of(Promise::of(name), text), expected, "{name}");
        }
    }
}
