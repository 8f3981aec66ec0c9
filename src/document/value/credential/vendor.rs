//! Keys of other vendors that a public prefix identifies: one table, one row a form. Forms are those that the vendors
//! publish for scanners (GitHub documentation, "Supported secret scanning patterns", and the vendors' own pages).

use super::super::sign::SHORTEST_VENDOR_KEY as SHORTEST;
use std::ops::Range;

/// What the body of a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// Letters and digits.
    Alnum,
    /// Letters, digits, `_` and `-`.
    Word,
    /// Letters, digits, `_`, `-` and `.`.
    Dotted,
    /// `0` to `9` and `a` to `f`.
    Hex,
    /// Capitals and digits.
    Capitals,
}

/// A form of key.
#[derive(Debug)]
pub(super) struct Form {
    /// Whose it is: a word of the vocabulary's `vendor`.
    pub vendor: &'static str,
    pub prefix: &'static str,
    pub body: Body,
    /// The least and the most characters behind the prefix.
    pub length: (usize, usize),
    /// Whether it must stay on a server.
    pub secret: bool,
}

const fn secret(vendor: &'static str, prefix: &'static str, body: Body, least: usize, most: usize) -> Form {
    Form { vendor, prefix, body, length: (least, most), secret: true }
}

const fn public(vendor: &'static str, prefix: &'static str, body: Body, least: usize, most: usize) -> Form {
    Form { vendor, prefix, body, length: (least, most), secret: false }
}

use Body::{Alnum, Capitals, Dotted, Hex, Word};

/// The table. Of two prefixes that begin alike the longer one stands first.
pub(super) const FORMS: &[Form] = &[
    // Anthropic, "API keys": sk-ant-api03-…, sk-ant-admin01-….
    secret("anthropic", "sk-ant-", Word, 80, 140),
    // OpenAI, "API authentication": project, service account and admin keys; the oldest are 48 characters.
    secret("openai", "sk-proj-", Word, 40, 200),
    secret("openai", "sk-svcacct-", Word, 40, 200),
    secret("openai", "sk-admin-", Word, 40, 200),
    secret("openai", "sk-", Alnum, 48, 48),
    // Stripe, "API keys": secret and restricted keys; publishable ones are made for browsers. Webhook secrets.
    secret("stripe", "sk_live_", Alnum, 24, 128),
    secret("stripe", "sk_test_", Alnum, 24, 128),
    secret("stripe", "rk_live_", Alnum, 24, 128),
    secret("stripe", "rk_test_", Alnum, 24, 128),
    public("stripe", "pk_live_", Alnum, 24, 128),
    public("stripe", "pk_test_", Alnum, 24, 128),
    secret("stripe", "whsec_", Alnum, 32, 64),
    // AWS, "IAM identifiers": access keys and those of a session.
    secret("aws", "AKIA", Capitals, 16, 16),
    secret("aws", "ASIA", Capitals, 16, 16),
    // GitHub, "Behind GitHub's new authentication token formats".
    secret("github", "github_pat_", Word, 82, 82),
    secret("github", "ghp_", Alnum, 36, 36),
    secret("github", "gho_", Alnum, 36, 36),
    secret("github", "ghu_", Alnum, 36, 36),
    secret("github", "ghs_", Alnum, 36, 36),
    secret("github", "ghr_", Alnum, 36, 76),
    // GitLab, "Token overview": personal, deploy, runner, trigger.
    secret("gitlab", "glpat-", Dotted, 20, 64),
    secret("gitlab", "gldt-", Word, 20, 64),
    secret("gitlab", "glrt-", Dotted, 20, 64),
    secret("gitlab", "glptt-", Hex, 40, 40),
    // Slack, "Tokens": bots, users, apps.
    secret("slack", "xoxb-", Word, 20, 120),
    secret("slack", "xoxp-", Word, 20, 120),
    secret("slack", "xoxe-", Word, 20, 200),
    secret("slack", "xapp-", Word, 20, 160),
    // SendGrid, "API keys": SG., 22 characters, a dot, 43 characters.
    secret("sendgrid", "SG.", Dotted, 66, 66),
    // Google: API keys stand in every page with a map; client secrets do not.
    public("google", "AIza", Word, 35, 35),
    secret("google", "GOCSPX-", Word, 28, 28),
    // npm, "About access tokens"; PyPI, "API tokens": a macaroon for pypi.org.
    secret("npm", "npm_", Alnum, 36, 36),
    secret("pypi", "pypi-AgEIcHlwaS5vcmc", Word, 50, 250),
    // Twilio: the identifier of an API key. Mailgun: private keys.
    secret("twilio", "SK", Hex, 32, 32),
    secret("mailgun", "key-", Hex, 32, 32),
    // DigitalOcean, "Personal access tokens": tokens, OAuth tokens, refresh tokens.
    secret("digitalocean", "dop_v1_", Hex, 64, 64),
    secret("digitalocean", "doo_v1_", Hex, 64, 64),
    secret("digitalocean", "dor_v1_", Hex, 64, 64),
    // Cloudflare, "Origin CA keys": v1.0-, 24 hex digits, a dash, 146 hex digits.
    secret("cloudflare", "v1.0-", Word, 171, 171),
    // Hugging Face, "User access tokens"; Shopify, "Authentication"; Sentry, "Auth tokens"; Linear, "API keys".
    secret("huggingface", "hf_", Alnum, 34, 40),
    secret("shopify", "shpat_", Hex, 32, 32),
    secret("sentry", "sntryu_", Hex, 64, 64),
    secret("linear", "lin_api_", Alnum, 40, 48),
];

/// Every key of a text, in order. A key is a whole word: nothing of its alphabet stands right before or behind it.
pub(super) fn find(text: &str) -> Vec<(Range<usize>, &'static Form)> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(window) = bytes.get(at..at + SHORTEST) {
        // from behind: most words are shorter than any key, and are passed in one step
        if let Some(gap) = window.iter().rposition(|byte| !is_word(*byte)) {
            at += gap + 1;
            continue;
        }
        let more = bytes.get(at + SHORTEST..).map_or(0, |rest| rest.iter().take_while(|byte| is_word(**byte)).count());
        let end = at + SHORTEST + more;
        if let Some(word) = text.get(at..end)
            && let Some((length, form)) = form(word.trim_end_matches('.'))
        {
            found.push((at..at + length, form));
        }
        at = end + 1;
    }
    found
}

/// Which two bytes the keys of the table begin with, a bit each.
const BEGINNINGS: [u128; 128] = {
    let mut table = [0; 128];
    let mut at = 0;
    while at < FORMS.len() {
        let prefix = FORMS[at].prefix.as_bytes();
        table[prefix[0] as usize] |= 1 << prefix[1];
        at += 1;
    }
    table
};

/// Whether a key may begin with these bytes.
pub(in super::super) fn may_begin(bytes: &[u8]) -> bool {
    let [first, second, ..] = bytes else { return false };
    *second < 128 && BEGINNINGS.get(usize::from(*first)).is_some_and(|seconds| seconds & (1 << second) != 0)
}

/// The form of a word, and how long the key is.
fn form(word: &str) -> Option<(usize, &'static Form)> {
    if !may_begin(word.as_bytes()) {
        return None;
    }
    FORMS.iter().find_map(|form| {
        let body = word.strip_prefix(form.prefix)?;
        let fits = body.bytes().all(|byte| match form.body {
            Alnum => byte.is_ascii_alphanumeric(),
            Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
            Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        });
        (fits && (form.length.0..=form.length.1).contains(&body.len())).then_some((word.len(), form))
    })
}

#[cfg(test)]
pub(super) fn sample(form: &Form) -> String {
    let unit = match form.body {
        Hex => "0123456789abcdef",
        Capitals => "MADEUP",
        _ => "MADEUPmadeup",
    };
    let body: String = unit.chars().cycle().take(form.length.0).collect();
    format!("{}{body}", form.prefix)
}
