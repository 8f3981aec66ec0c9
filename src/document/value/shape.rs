//! What of a value may be shown: a closed list of shapes, none of which a secret has. A value is shown only where the
//! WHOLE of it has the shape and no recogniser of credentials claims it.

use super::{credential, provider};

/// Whether a value is one word that a policy may list: letters, digits, `_` and `-`, at most 32, and no credential. Such
/// a value is hidden unless a policy in force lists it for its variable.
pub fn is_word(value: &str) -> bool {
    is_wordlike(value) && !credential::claims(value)
}

/// The same of a value that no recogniser claims.
pub(super) fn is_wordlike(value: &str) -> bool {
    let letters = || value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (1..=32).contains(&value.len()) && letters()
}

/// Whether the name of a variable may be shown: an identifier (dots and dashes allowed) of at most 64 characters that is
/// no credential and no run of random characters. A line of a key that was broken over lines reads like a name.
pub fn name_may_be_shown(name: &str) -> bool {
    if name.len() > 64 || !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return false;
    }
    let mut run = Run::default();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() {
            run.take(byte);
        } else if !matches!(byte, b'_' | b'-' | b'.') || std::mem::take(&mut run).is_random() {
            return false;
        }
    }
    !run.is_random() && !is_scrambled(name) && !credential::claims(name)
}

/// Whether a name that no `=` follows may be shown: words of capitals only, since such a line may as well be the second
/// line of somebody's key.
pub(in crate::document) fn bare_name_may_be_shown(name: &str) -> bool {
    let capitals = |word: &str| {
        word.len() <= 12
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && word.bytes().filter(u8::is_ascii_digit).count() <= 2
    };
    name_may_be_shown(name) && name.split('_').all(capitals)
}

/// Whether a name has only capitals, `_` and a digit or two in each word. Where a quote was left open, what stands before an `=` may as well
/// be a part of somebody's key, and only such a name may be shown.
pub(in crate::document) fn is_conventional_name(name: &str) -> bool {
    name_may_be_shown(name)
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && name.split('_').all(|word| word.bytes().filter(u8::is_ascii_digit).count() <= 2)
}

/// What stands in a run of letters and digits.
#[derive(Default)]
struct Run {
    length: usize,
    digits: usize,
    capitals: usize,
    small: usize,
}

impl Run {
    fn take(&mut self, byte: u8) {
        self.length += 1;
        self.digits += usize::from(byte.is_ascii_digit());
        self.capitals += usize::from(byte.is_ascii_uppercase());
        self.small += usize::from(byte.is_ascii_lowercase());
    }

    /// Whether it looks generated rather than named.
    fn is_random(&self) -> bool {
        let mixed = self.capitals > 0 && self.small > 0;
        (self.length >= 12 && mixed && self.digits > 0) || (self.length >= 16 && self.digits >= 4) || self.length >= 48
    }
}

/// Whether a run of letters and digits looks generated rather than named.
fn looks_random(text: &str) -> bool {
    let mut run = Run::default();
    text.bytes().for_each(|byte| run.take(byte));
    run.is_random()
}

/// Whether capitals and small letters change as often as they do in base64.
fn is_scrambled(name: &str) -> bool {
    let (mut letters, mut changes, mut before) = (0_usize, 0_usize, None);
    for byte in name.bytes().filter(u8::is_ascii_alphabetic) {
        letters += 1;
        let capital = byte.is_ascii_uppercase();
        changes += usize::from(before.is_some_and(|before| before != capital));
        before = Some(capital);
    }
    letters >= 12 && changes * 3 > letters
}

/// A port: 1 to 65535.
pub(super) fn port(text: &str) -> Option<u16> {
    let digits = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|port| *port > 0)
}

/// A host name in lower case, or an address: what stands in a URL's host may be shown if it is one.
pub(super) fn is_host(text: &str) -> bool {
    let single = || text.contains('.') || (text.len() <= 32 && text.starts_with(|c: char| c.is_ascii_lowercase()));
    text == "::1" || (text.len() <= 253 && single() && is_of_labels(text))
}

/// Whether a text is labels of small letters, digits and `-` with dots between them, none of which holds anything random.
fn is_of_labels(text: &str) -> bool {
    let (mut length, mut run) = (0, Run::default());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => run.take(byte),
            b'-' | b'.' if length > 0 && !run.is_random() => run = Run::default(),
            _ => return false,
        }
        length = if byte == b'.' { 0 } else { length + 1 };
        if length > 63 {
            return false;
        }
    }
    length > 0 && !run.is_random()
}

/// The folder of a Unix socket, or its abstract name: small letters, digits, `.`, `_` and `-` between slashes, at most 107
/// bytes (what a socket's address holds).
pub(super) fn is_socket(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    let part = |part: &str| part.bytes().all(letter) && !part.split(['.', '_', '-']).any(looks_random);
    let path = text.strip_prefix(['/', '@']);
    text.len() <= 107 && path.is_some_and(|path| path.split('/').all(part)) && !credential::claims(text)
}

/// A name of small letters, as roles and databases have: at most 32.
pub(super) fn is_small_name(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// A user that may be shown: a small name, or one of a shared pooler (`postgres.<project>`).
pub(super) fn is_user(text: &str) -> bool {
    match text.split_once('.') {
        Some((role, project)) => is_small_name(role) && provider::is_project(project),
        None => is_small_name(text),
    }
}

/// Whether a whole value that is no connection string, and that no recogniser claims, may be shown.
pub(super) fn is_public(text: &str, name: &str) -> bool {
    let named_port = name == "PORT" || name.ends_with("_PORT");
    let project_url = text.strip_prefix("https://").map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    matches!(text, "true" | "false")
        || (named_port && port(text).is_some())
        || (text.starts_with("${")
            && super::reference::whole(text).is_some_and(|reference| shown_as_it_is(text, &reference)))
        || project_url.and_then(|host| host.strip_suffix(".supabase.co")).is_some_and(provider::is_project)
        || matches!(text, "localhost" | "127.0.0.1")
        || (text.contains('.') && matches!(provider::of(text), "supabase" | "railway") && is_host(text))
}

/// Whether a reference holds nothing but its names: a default (`${X:-…}`) may be anything.
fn shown_as_it_is(text: &str, reference: &super::reference::Reference) -> bool {
    let bare = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
    super::reference::shown(text, reference).is_some_and(|shown| bare(&shown) == bare(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_keys_are_not() {
        for name in
            ["A", "DATABASE_URL", "NEXT_PUBLIC_SUPABASE_ANON_KEY", "S3_PROTOCOL", "databaseUrl", "A.B", "OAUTH2_KEY"]
        {
            assert!(name_may_be_shown(name), "{name}");
        }
        let hidden = [
            "",
            "1A",
            "É",
            "A:b",
            "\"A\"",
            "sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H",
            "sbp_0123456789abcdef0123456789abcdef01234567",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw",
            "MADEUPmadeupMADEUP1234",
            "aBcDeFgHiJkLmNoPqRsT",
            "a0123456789abcdef0123456789abcdef",
        ];
        for name in hidden {
            assert!(!name_may_be_shown(name), "{name}");
        }
        assert!(bare_name_may_be_shown("NODE_ENV") && !bare_name_may_be_shown("Database"));
    }

    #[test]
    fn only_whole_values_of_the_list_are_public() {
        let shown = [
            ("DEBUG", "true"),
            ("PORT", "8080"),
            ("API_PORT", "1"),
            ("X", "${{shared.POOLER_URL}}"),
            ("X", "${{ shared.POOLER_URL }}"),
            ("X", "${HOME}"),
            ("X", "https://abcdefghijklmnopqrst.supabase.co"),
            ("X", "https://abcdefghijklmnopqrst.supabase.co/"),
            ("X", "api.railway.internal"),
            ("X", "roundhouse.proxy.rlwy.net"),
            ("X", "localhost"),
        ];
        for (name, value) in shown {
            assert!(is_public(value, name), "{name}={value}");
        }
        let hidden = [
            ("PORT", "0"),
            ("PORT", "65536"),
            ("PIN", "8080"),
            ("X", "${X:-MADEUPdefault}"),
            ("X", "https://abcdefghijklmnopqrst.supabase.co/rest"),
            ("X", "https://u:p@abcdefghijklmnopqrst.supabase.co"),
            ("X", "MADEUP.supabase.co"),
            ("X", "example.com"),
            ("X", "trueish"),
        ];
        for (name, value) in hidden {
            assert!(!is_public(value, name), "{name}={value}");
        }
    }

    #[test]
    fn sockets_have_the_shape_of_paths() {
        for socket in ["/var/run/postgresql", "/tmp", "@abstract", "/cloudsql/project-a.b_c"] {
            assert!(is_socket(socket), "{socket}");
        }
        for other in ["", "var/run", "/var/run/MADEUPword", "/a=b", "/madeup0a1b2c3d4e5f6g7h8i", "/a b"] {
            assert!(!is_socket(other), "{other}");
        }
    }

    #[test]
    fn a_word_may_be_listed_and_a_key_may_not() {
        assert!(is_word("production") && is_word("LOG-1_b"));
        assert!(!is_word("") && !is_word("two words") && !is_word(&"a".repeat(33)));
        assert!(!is_word("sb_secret_MADEUPmadeupMADEUP"));
    }
}
