//! What a text must hold before any secret can stand in it: one pass over the bytes, so that long texts without secrets
//! are not searched for each kind of secret.

use super::credential::may_begin;

/// What may stand in a text. Where one of these is false, its recogniser finds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// `sb_` or `sbp`: a key with a prefix.
    pub key: bool,
    /// Three segments with dots between them, the second of which may be a JSON object in base64: a JWT.
    pub token: bool,
    /// `://`: an address.
    pub address: bool,
    /// `://`, or `postgresql:` as JDBC may have it: a connection's URI.
    pub uri: bool,
    /// `host=`, `hostaddr=` or `dbname=`: a connection's parameters.
    pub parameters: bool,
    /// `password=`, in any case.
    pub password: bool,
    /// `KEY-`: the end of a PEM header.
    pub private_key: bool,
}

impl Signs {
    /// The signs in a text.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut signs = Self::default();
        let (second, third) = (bytes.get(1..).unwrap_or_default(), bytes.get(2..).unwrap_or_default());
        let (mut equals, mut colon, mut dot) = (false, false, false);
        // No branches: the compiler compares sixteen bytes at a time.
        for ((a, b), c) in bytes.iter().zip(second).zip(third) {
            let (a, b, c) = (*a, *b, *c);
            signs.key |= (a == b's') & (b == b'b') & ((c == b'_') | (c == b'p'));
            signs.address |= (a == b':') & (b == b'/') & (c == b'/');
            signs.private_key |= (a == b'E') & (b == b'Y') & (c == b'-');
            colon |= (a == b'l') & (b == b':');
            dot |= (a == b'.') & ((b == b'e') | (b == b'C') | (b == b'D') | (b == b'I'));
            equals |= b == b'=';
        }
        let ends = |end: &str| text.ends_with(end);
        (equals, colon) = (equals || ends("="), colon || ends("l:"));
        signs.uri = signs.address || (colon && text.contains("postgresql:"));
        signs.token =
            dot && text.match_indices('.').any(|(at, _)| begins_payload(bytes.get(at + 1..).unwrap_or_default()));
        if equals {
            signs.assigned(text);
        }
        signs
    }

    /// Whether there is any.
    pub fn any(self) -> bool {
        self != Self::default()
    }

    /// What stands before an equals sign, with blanks between.
    fn assigned(&mut self, text: &str) {
        for (at, _) in text.match_indices('=') {
            let key = text.as_bytes().get(..at).unwrap_or_default().trim_ascii_end();
            self.parameters |= [&b"host"[..], b"hostaddr", b"dbname"].iter().any(|end| key.ends_with(end));
            let tail = key.len().checked_sub(8).and_then(|from| key.get(from..));
            self.password |= tail.is_some_and(|tail| tail.eq_ignore_ascii_case(b"password"));
        }
    }
}

/// What recognisers of whole values begin at. Where one of these is false, its recognisers find nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// `:`: a connection's scheme, an address.
    pub colon: bool,
    /// `=`: parameters of a connection, an assigned password.
    pub equals: bool,
    /// `$`: a reference.
    pub dollar: bool,
    /// `-----`: a PEM header.
    pub dashes: bool,
    /// A key may stand in it.
    pub key: bool,
}

/// The bits of [`CLASSES`].
mod class {
    pub(super) const COLON: u8 = 1;
    pub(super) const EQUALS: u8 = 2;
    pub(super) const DOLLAR: u8 = 4;
    /// What the shortest keys have: the `b` of a prefix, the dot of a token.
    pub(super) const KEY: u8 = 8;
    /// What the header of a private key begins with.
    pub(super) const DASH: u8 = 16;
}

/// What each byte of a value may begin.
const CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    table[b':' as usize] = class::COLON;
    table[b'=' as usize] = class::EQUALS;
    table[b'$' as usize] = class::DOLLAR;
    table[b'b' as usize] = class::KEY;
    table[b'.' as usize] = class::KEY;
    table[b'-' as usize] = class::DASH;
    table
};

impl Look {
    /// One look at each byte of a value.
    pub fn at(text: &str) -> Self {
        let classes = text.bytes().fold(0, |all, byte| all | CLASSES[usize::from(byte)]);
        let has = |class: u8| classes & class != 0;
        let dashes = has(class::DASH) && text.as_bytes().windows(5).any(|five| five == b"-----");
        Self {
            colon: has(class::COLON),
            equals: has(class::EQUALS),
            dollar: has(class::DOLLAR),
            dashes,
            key: (dashes || has(class::KEY) || text.len() >= SHORTEST_VENDOR_KEY) && may_hold_a_key(text),
        }
    }
}

/// What a byte may be a part of, for [`may_hold_a_key`].
const PART_OF_KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let one = byte as u8;
        table[byte] = one.is_ascii_alphanumeric() || matches!(one, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

/// Whether a key may stand in a text: a prefix of Supabase's, the dot of a token, five dashes, or a word that is as long
/// as a vendor's key and begins like one. One look at each byte; names and values are asked for every kind of key
/// otherwise.
pub(super) fn may_hold_a_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut prefix, mut token, mut dashes) = (false, false, false);
    // No branches: the compiler compares sixteen bytes at a time.
    for (a, b) in bytes.iter().zip(bytes.get(1..).unwrap_or_default()) {
        let (a, b) = (*a, *b);
        prefix |= (a == b's') & (b == b'b');
        token |= (a == b'.') & ((b == b'e') | (b == b'C') | (b == b'D') | (b == b'I'));
        dashes |= (a == b'-') & (b == b'-');
    }
    let behind = |at: usize| bytes.get(at + 1..).unwrap_or_default();
    prefix
        || (token && text.match_indices('.').any(|(at, _)| begins_object(behind(at))))
        || (dashes && bytes.windows(5).any(|five| five == b"-----"))
        || may_hold_a_vendor_key(bytes)
}

/// Whether a word stands in a text that is as long as a vendor's key, and begins like one. Each holds a byte at a
/// multiple of its least length, so that only these are looked at.
fn may_hold_a_vendor_key(bytes: &[u8]) -> bool {
    let part = |at: &usize| bytes.get(*at).is_some_and(|byte| PART_OF_KEY[usize::from(*byte)]);
    let mut done = 0;
    (SHORTEST_VENDOR_KEY - 1..bytes.len()).step_by(SHORTEST_VENDOR_KEY).any(|at| {
        if at < done || !part(&at) {
            return false;
        }
        let start = (done..at).rev().take_while(part).last().unwrap_or(at);
        let end = (at..bytes.len()).take_while(part).last().map_or(at, |last| last + 1);
        done = end;
        end - start >= SHORTEST_VENDOR_KEY && bytes.get(start..).is_some_and(may_begin)
    })
}

/// Whether base64 of a JSON object may begin here: of a brace with a quote, a blank or the other brace behind it, or of
/// blanks before it. A segment that is too long to be decoded may be anything.
fn begins_object(bytes: &[u8]) -> bool {
    match bytes {
        [b'e', second, ..] => matches!(second, b'y' | b'w' | b'3') || bytes.len() > LONGEST_SEGMENT,
        [first, ..] => matches!(first, b'C' | b'D' | b'I'),
        [] => false,
    }
}

/// Longer segments of a token are not decoded, but hidden.
pub(super) const LONGEST_SEGMENT: usize = 16 * 1024;

/// The shortest key of a vendor has so many characters.
pub(super) const SHORTEST_VENDOR_KEY: usize = 20;

/// Whether the second segment of a JWT may begin here: base64 of `{`, with or without blanks before it, up to a dot.
pub(super) fn begins_payload(bytes: &[u8]) -> bool {
    if !begins_object(bytes) {
        return false;
    }
    let length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    length >= 4 && bytes.get(length) == Some(&b'.')
}

#[cfg(test)]
mod tests {
    use super::super::testing::jwt;
    use super::Signs;

    #[test]
    fn each_secret_has_its_sign() {
        let none = Signs::default();
        let token = jwt(r#"{"role":"anon"}"#);
        for (text, signs) in [
            ("CREATE TABLE public.entries (a int); -- KEY, sb, host", none),
            ("SELECT event.entry.id, 'a'::text, a = b, www.example.com", none),
            ("SELECT event.eyntry.id", Signs { token: true, ..none }),
            ("-- sb_secret_MADEUP", Signs { key: true, ..none }),
            ("sbp_MADEUP", Signs { key: true, ..none }),
            (token.as_str(), Signs { token: true, ..none }),
            ("redis://a", Signs { address: true, uri: true, ..none }),
            ("jdbc:postgresql:db", Signs { uri: true, ..none }),
            ("host = db", Signs { parameters: true, ..none }),
            ("dbname\n=db", Signs { parameters: true, ..none }),
            ("PassWord  = x", Signs { password: true, ..none }),
            ("-----BEGIN PRIVATE KEY-----", Signs { private_key: true, ..none }),
        ] {
            assert_eq!(Signs::of(text), signs, "{text}");
            assert_eq!(Signs::of(text).any(), signs != none);
        }
    }
}
