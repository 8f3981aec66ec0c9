//! What a cell wants of a value: words that it writes, or a value type of which it names every part.

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One of these words, as they are written.
    Words(Vec<String>),
    /// A value type, by its name in the table of types.
    Type(&'static str),
}

/// The value types that a runbook's words may mean: name, and its text in a policy file.
pub(super) const TYPES: &[(&str, &str)] = &[
    (
        "supabase-project-url",
        "    says: is the URL of a Supabase project\n    \
             url: { scheme: https, provider: supabase, project: { set: true }, path: [\"\", /] }\n",
    ),
    (
        "supabase-service-role-key",
        "    says: is a service_role key\n    credential: { is: [supabase-jwt, supabase-secret], role: service_role }\n",
    ),
    (
        "supabase-anon-key",
        "    says: is an anon or publishable key\n    credential: { is: [supabase-jwt, supabase-publishable], role: anon }\n",
    ),
    (
        "pooler-url",
        "    says: is the transaction pooler at port 6543, with TLS\n    \
             connection: { endpoint: transaction-pooler, port: 6543, sslmode: { at_least: require } }\n",
    ),
];

/// Words that say that a project, a password or a key is to be filled in.
fn is_hole(text: &str) -> bool {
    let inner = text.strip_prefix(['[', '<', '{']).and_then(|text| text.strip_suffix([']', '>', '}']));
    inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['/', '.', ':', '@']))
}

/// The value type whose own words begin a cell, as `preflight matrix --format markdown` writes them, and the reason behind.
pub(super) fn in_words(text: &str) -> Option<(&'static str, &str)> {
    TYPES.iter().find_map(|(name, ty)| {
        let says = ty.lines().find_map(|line| line.trim().strip_prefix("says: is "))?;
        let rest = text.strip_prefix(says)?;
        let because = if rest.is_empty() { Some("") } else { rest.strip_prefix(": ") };
        because.map(|because| (*name, because))
    })
}

/// The value type that a cell describes, where it leaves nothing open. `variable` is the name that its row is about: two
/// kinds of key come from one place, and only the name tells which of them is meant.
pub(super) fn of(variable: &str, text: &str, codes: &[&str]) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let is_url = |code: &&str| {
        let host = code.strip_prefix("https://").map(|rest| rest.trim_end_matches('/'));
        host.and_then(|host| host.strip_suffix(".supabase.co")).is_some_and(is_hole)
    };
    if let [only] = codes
        && text == *only
        && is_url(only)
    {
        return Some("supabase-project-url");
    }
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect::<Vec<_>>();
    let has = |word: &str| words.contains(&word);
    if has("pooler") && has("6543") && lower.contains("sslmode=require") && !has("session") && !has("not") {
        return Some("pooler-url");
    }
    let from_supabase = words.first() == Some(&"from") && lower.contains("supabase dashboard");
    match variable {
        "SUPABASE_SERVICE_ROLE_KEY" if from_supabase => Some("supabase-service-role-key"),
        "SUPABASE_ANON_KEY" if from_supabase => Some("supabase-anon-key"),
        _ => None,
    }
}
