//! What the cells of a runbook's table say: a demand, names of variables, a value, a reason.

use super::page::{Cell, Piece};
use super::shape::{self, Wanted};
use crate::document::value;
use crate::policy::matrix::Demand;

/// Marks that people draw, with what they mean where no legend says otherwise.
const MARKS: &[(&str, Demand)] = &[
    ("✅", Demand::Required),
    ("✔", Demand::Required),
    ("✓", Demand::Required),
    ("☑", Demand::Required),
    ("❌", Demand::Forbidden),
    ("✖", Demand::Forbidden),
    ("✗", Demand::Forbidden),
    ("✘", Demand::Forbidden),
    ("⛔", Demand::Forbidden),
    ("🚫", Demand::Forbidden),
    ("⚪", Demand::Optional),
    ("○", Demand::Optional),
    ("◯", Demand::Optional),
    ("—", Demand::Unlisted),
    ("–", Demand::Unlisted),
    ("-", Demand::Unlisted),
    ("·", Demand::Unlisted),
];

/// Words that begin what a legend or a cell says; the first that fits.
const WORDS: &[(&str, Demand)] = &[
    ("must not", Demand::Forbidden),
    ("not allowed", Demand::Forbidden),
    ("not required", Demand::Optional),
    ("not needed", Demand::Optional),
    ("forbidden", Demand::Forbidden),
    ("prohibited", Demand::Forbidden),
    ("never", Demand::Forbidden),
    ("required", Demand::Required),
    ("mandatory", Demand::Required),
    ("must", Demand::Required),
    ("yes", Demand::Required),
    ("optional", Demand::Optional),
    ("may", Demand::Optional),
    ("no", Demand::Optional),
    ("unlisted", Demand::Unlisted),
    ("n/a", Demand::Unlisted),
];

/// A page's own marks.
pub(super) type Legend = Vec<(String, Demand)>;

/// The demand that words begin with; a longer word that begins alike is another.
pub(super) fn demand_of_words(text: &str) -> Option<Demand> {
    let lower = text.trim_start_matches(['(', ' ']).to_lowercase();
    let fits = |(word, _): &&(&str, Demand)| {
        lower.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    WORDS.iter().find(fits).map(|(_, demand)| *demand)
}

/// A mark without what only says how it is drawn (U+FE0F).
pub(super) fn bare(text: &str) -> String {
    text.replace('\u{fe0f}', "").trim().to_owned()
}

/// The demand of a cell: a mark of the legend, a mark that is known, or a word.
pub(super) fn demand(cell: &Cell, legend: &Legend) -> Option<Demand> {
    let text = bare(&cell.text());
    let own = legend.iter().find(|(mark, _)| text.starts_with(mark.as_str())).map(|(_, demand)| *demand);
    let known = || MARKS.iter().find(|(mark, _)| text.starts_with(mark)).map(|(_, demand)| *demand);
    own.or_else(known).or_else(|| demand_of_words(&text))
}

/// Whether a cell says no in a word: that may mean forbidden as well.
pub(super) fn is_no(cell: &Cell, legend: &Legend) -> bool {
    let text = bare(&cell.text()).to_lowercase();
    text == "no" && !legend.iter().any(|(mark, _)| mark.to_lowercase() == text)
}

/// The variables that a cell names: one, or several with commas or slashes between; none where it holds anything else.
pub(super) fn names(cell: &Cell) -> Vec<String> {
    let words: Vec<String> =
        match cell.codes(|text| text.chars().all(|c| matches!(c, ',' | '/' | '&' | ' ')) || text == "and") {
            Some(codes) => codes.into_iter().map(str::to_owned).collect(),
            None => cell.text().split([',', '/']).map(|word| word.trim().to_owned()).collect(),
        };
    let is_name = |name: &String| {
        let bytes = name.as_bytes();
        bytes.first().is_some_and(|first| !first.is_ascii_digit())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && value::name_may_be_shown(name)
    };
    if words.iter().all(is_name) { words } else { Vec::new() }
}

/// What the value cell of a row says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub wanted: Option<Wanted>,
    pub because: String,
    /// Whether a secret stands in it, which goes nowhere.
    pub secret: bool,
}

/// Reads the value cell of a row about `variable`; `settable` where the demand lets it be set, so that a value can be
/// meant.
pub(super) fn said(cell: &Cell, variable: &str, settable: bool) -> Said {
    let text = cell.text();
    let mut words = text.split_whitespace().map(|word| word.trim_matches(['`', '"', '\'', ',', ';', '.']));
    let is_secret = |word| value::is_secret(variable, word) || (settable && may_be_password(cell, variable, word));
    if !value::secrets(&text).is_empty() || words.any(is_secret) {
        return Said { secret: true, ..Said::default() };
    }
    let codes: Vec<&str> = cell
        .pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Code(code) => Some(code.as_str()),
            Piece::Text(_) => None,
        })
        .collect();
    if !settable {
        return Said { because: text, ..Said::default() };
    }
    if let Some((ty, because)) = shape::in_words(&text) {
        return Said { wanted: Some(Wanted::Type(ty)), because: because.to_owned(), secret: false };
    }
    if let Some(ty) = shape::of(variable, &text, &codes) {
        let described = cell.codes(str::is_empty).is_none();
        return Said {
            wanted: Some(Wanted::Type(ty)),
            because: if described { text } else { String::new() },
            secret: false,
        };
    }
    let (words, because) = literal(cell);
    match words {
        Some(words) => Said { wanted: Some(Wanted::Words(words)), because, secret: false },
        None => Said { because: text, ..Said::default() },
    }
}

/// Whether a cell may hold the password that its variable is named after, however short that is: one word and nothing
/// else, which is written as code, or looks like no word of a language.
fn may_be_password(cell: &Cell, variable: &str, word: &str) -> bool {
    const NAMES: &[&str] = &["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL"];
    let name = variable.to_ascii_uppercase();
    let promises = NAMES.iter().any(|part| name.contains(part)) && value::promises_secret(variable);
    if !(promises || ["PASS", "PWD"].contains(&name.rsplit('_').next().unwrap_or(""))) {
        return false;
    }
    match cell.pieces.as_slice() {
        [Piece::Code(code)] => code.trim_matches(['"', '\'']) == word && is_literal(word),
        [Piece::Text(text)] => !text.trim().contains(char::is_whitespace) && word.bytes().any(|b| b.is_ascii_digit()),
        _ => false,
    }
}

/// The words that a cell writes as code, and the reason behind them: `` `a` ``, `` `a` or `b` ``, `` `a` (default) ``,
/// `` `a` or `b`: why ``.
fn literal(cell: &Cell) -> (Option<Vec<String>>, String) {
    let between = |text: &str| {
        let text = text.to_lowercase();
        let words = text.split([' ', ',', '/', '|']).filter(|word| !word.is_empty());
        words.into_iter().all(|word| matches!(word, "one" | "of" | "or" | "(default)"))
    };
    let mut head = cell.clone();
    let mut because = String::new();
    if let [.., Piece::Code(_), Piece::Text(rest)] = cell.pieces.as_slice() {
        let rest = rest.trim();
        if let Some(reason) = [":", "—", "–", "- ", "; "].iter().find_map(|sign| rest.strip_prefix(sign)) {
            because = reason.trim().to_owned();
            head.pieces.pop();
        }
    }
    let words = head.codes(between).filter(|codes| codes.iter().all(|code| is_literal(code)));
    match words {
        Some(words) => (Some(words.into_iter().map(str::to_owned).collect()), because),
        None => (None, String::new()),
    }
}

/// Whether code is a value as it stands: nothing in it is to be filled in, left out or looked up, and it is not the name of
/// another variable.
fn is_literal(code: &str) -> bool {
    let is_name =
        code.contains('_') && code.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'));
    !is_name
        && !code.trim().is_empty()
        && !code.contains(['[', ']', '<', '>', '{', '}', '$', '*', '…', '\n'])
        && !code.contains("...")
}
