//! Values that somebody was to replace.

/// Whole values, or whole passwords, that stand for something to be filled in; compared in lower case, with `_` and
/// blanks read as `-`. `password` and `postgres` are not here: local databases really have them.
const WORDS: &[&str] = &[
    "change-me",
    "change-this",
    "changeme",
    "changethis",
    "dummy",
    "example",
    "fill-in",
    "fill-me",
    "fixme",
    "insert-here",
    "placeholder",
    "replace-me",
    "replace-this",
    "replaceme",
    "set-me",
    "tbd",
    "todo",
    "yourpassword",
];

/// How the words begin.
const BEGINNINGS: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < WORDS.len() {
        table[WORDS[at].as_bytes()[0] as usize] = true;
        at += 1;
    }
    table
};

/// Whether a whole value, or a whole password, is a placeholder: a word of the list, `xxx…`, `****`, `...`, a bracketed
/// word (`[ref]`, `<password>`), or `your-…`.
pub(in crate::document) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    if !may_be_placeholder(text) {
        return false;
    }
    let lower = text.to_ascii_lowercase().replace(['_', ' '], "-");
    let run = |c: char, least: usize| lower.len() >= least && lower.chars().all(|each| each == c);
    WORDS.contains(&lower.as_str())
        || run('x', 3)
        || run('*', 3)
        || run('.', 3)
        || lower.ends_with("...")
        || lower.ends_with('…')
        || bracketed(text) == Some(text.len())
        || (!text.contains(char::is_whitespace) && !text.contains("://") && is_yours(&lower))
}

/// Whether a trimmed text begins, ends or is spelled like anything that [`is_placeholder`] knows: most values are not.
fn may_be_placeholder(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    // Without branches the compiler compares sixteen bytes at a time.
    let y = || bytes.iter().fold(false, |found, byte| found | (byte | 0x20 == b'y'));
    let yours = || y() && bytes.windows(2).any(|pair| matches!(pair, [b'y' | b'Y', b'o' | b'O']));
    let word =
        || BEGINNINGS[usize::from(first.to_ascii_lowercase())] && WORDS.iter().any(|word| is_spelled(word, bytes));
    matches!(first, b'x' | b'X' | b'*' | b'.' | b'[' | b'<') || matches!(last, b'.' | 0xa6) || word() || yours()
}

/// Whether a text is a word of the list, in any case and with any of the signs that join its parts.
fn is_spelled(word: &str, text: &[u8]) -> bool {
    let same =
        |(known, byte): (u8, &u8)| known == byte.to_ascii_lowercase() || (known == b'-' && matches!(byte, b'_' | b' '));
    word.len() == text.len() && word.bytes().zip(text).all(same)
}

/// Whether a URL or connection string has a part that was to be replaced: `https://[ref].supabase.co`,
/// `https://your-project.supabase.co`.
pub(super) fn in_url(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    // Nothing below is found without a bracket, `yo` or `xx`.
    let pair = |pair: &[u8]| matches!(pair, [b'y' | b'Y', b'o' | b'O'] | [b'x' | b'X', b'x' | b'X'] | [b'[' | b'<', _]);
    if !rest.as_bytes().windows(2).any(pair) {
        return false;
    }
    let lower = rest.to_ascii_lowercase().replace('_', "-");
    let part = |part: &str| is_yours(part) || (part.len() >= 3 && part.bytes().all(|byte| byte == b'x'));
    rest.match_indices(['[', '<']).any(|(at, _)| rest.get(at..).and_then(bracketed).is_some())
        || lower.split(['/', '.', ':', '@', '?', '&', '=']).any(part)
}

/// `your-project-ref`, `sk-your-key-here`: in lower case, joined by `-`.
fn is_yours(lower: &str) -> bool {
    lower.starts_with("your-") || lower.contains("-your-") || (lower.contains("your") && lower.ends_with("-here"))
}

/// How long the bracketed words at the beginning of a text are: `[YOUR-PASSWORD]`, `<your project>`. An address (`[::1]`)
/// and a list (`["a"]`) are none.
fn bracketed(text: &str) -> Option<usize> {
    let close = match text.bytes().next()? {
        b'[' => b']',
        b'<' => b'>',
        _ => return None,
    };
    let inner = text.bytes().skip(1);
    let length = inner.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-')).count();
    let word = text.as_bytes().get(1).is_some_and(|byte| byte.is_ascii_alphabetic());
    (word && length < 64 && text.as_bytes().get(length + 1) == Some(&close)).then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_real_files() {
        let placeholders = [
            "changeme",
            "CHANGE_ME",
            "[YOUR-PASSWORD]",
            "[password]",
            "[ref]",
            "<password>",
            "<your project ref>",
            "your-password",
            "your_api_key_here",
            "sk-your-key-here",
            "TODO",
            "xxx",
            "XXXXXXXX",
            "****",
            "replace-me",
            "sb_secret_...",
        ];
        for text in placeholders {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            "password",
            "postgres",
            "x",
            "[::1]",
            "[\"a\"]",
            "[1]",
            "Name <a@example.com>",
            "Manage your documents",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn no_word_is_longer_than_what_is_looked_at() {
        assert!(WORDS.iter().all(|word| word.len() <= 12 && is_placeholder(word)));
        assert!(is_placeholder(" fill me ") && is_placeholder("key…") && is_placeholder("Sk-Your-Key-Here"));
    }

    #[test]
    fn a_part_of_a_url_counts() {
        for text in [
            "https://[ref].supabase.co",
            "https://<ref>.supabase.co",
            "https://your-project.supabase.co",
            "https://xxxx.supabase.co",
        ] {
            assert!(in_url(text), "{text}");
        }
        for text in [
            "https://abcdefghijklmnopqrst.supabase.co",
            "postgresql://u@[::1]:5432/x",
            "[ref]",
            "https://yourself.example.com",
        ] {
            assert!(!in_url(text), "{text}");
        }
    }
}
