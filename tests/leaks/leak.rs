//! The search: any eight consecutive characters of a secret, as they are, percent-decoded, JSON-escaped or in base64.

use super::marks::Marks;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

const WINDOW: usize = 8;

/// What must not be found.
pub struct Needles {
    /// Windows, with the secrets that hold them.
    windows: HashMap<String, Vec<usize>>,
    /// How windows begin, by [`beginning`]: most places of an output are passed after one look.
    beginnings: Vec<bool>,
    secrets: Vec<String>,
    leaks: Mutex<BTreeMap<String, String>>,
    /// Whether the guard stands before the streams that are searched: what it catches must not get so far.
    pub guard: Option<bool>,
}

impl Needles {
    pub fn new(marks: &Marks) -> Self {
        let mut needles = Self {
            windows: HashMap::new(),
            beginnings: vec![false; BEGINNINGS],
            secrets: marks.secrets().to_vec(),
            leaks: Mutex::default(),
            guard: None,
        };
        for (index, secret) in marks.secrets().iter().enumerate() {
            needles.take(index, secret);
            let decoded = percent_encoding::percent_decode_str(secret).decode_utf8_lossy().into_owned();
            needles.take(index, &decoded);
            let encoded = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC);
            needles.take(index, &encoded.to_string());
            let escaped = serde_json::to_string(secret).unwrap();
            needles.take(index, escaped.trim_matches('"'));
            for skip in 0..3 {
                let bytes = secret.as_bytes().get(skip..).unwrap_or_default();
                // The last character of base64 depends on what follows.
                let whole = &bytes[..bytes.len() / 3 * 3];
                needles.take(index, &STANDARD_NO_PAD.encode(whole));
                needles.take(index, &URL_SAFE_NO_PAD.encode(whole));
            }
        }
        needles
    }

    fn take(&mut self, index: usize, text: &str) {
        for window in (0..text.len()).filter_map(|at| window(text, at)) {
            if let Some(seen) = beginning(window, 0).and_then(|at| self.beginnings.get_mut(at)) {
                *seen = true;
            }
            let indices = self.windows.entry(window.to_owned()).or_default();
            if indices.last() != Some(&index) {
                indices.push(index);
            }
        }
    }

    /// Searches the output of a command; what is found is kept, once a secret.
    pub fn search(&self, args: &[&str], text: &str) {
        if let Some((secret, place)) = self.find(text) {
            let leak = format!("`preflight {}` shows {place}", args.join(" "));
            self.leaks.lock().unwrap().entry(secret).or_insert(leak);
        }
    }

    /// What was found.
    pub fn leaks(&self) -> Vec<String> {
        self.leaks.lock().unwrap().values().cloned().collect()
    }

    /// A place where a text holds a part of a secret: which one, and what stands around it. Of all places it is one that
    /// holds what is of one secret alone, if there is one.
    pub fn find(&self, text: &str) -> Option<(String, String)> {
        let begins = |at: &usize| beginning(text, *at).is_some_and(|at| self.beginnings[at]);
        let windows = (0..text.len()).filter(begins).filter_map(|at| window(text, at));
        let found = windows.filter_map(|window| Some((window, self.windows.get(window)?)));
        found.min_by_key(|(_, indices)| indices.len()).map(|(window, indices)| {
            let at = window.as_ptr() as usize - text.as_ptr() as usize;
            let secret = indices.first().map(|index| self.secrets[*index].clone()).unwrap_or_default();
            let near = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let around = &text[near(at.saturating_sub(80))..near(at + 80)];
            let place = format!("`{window}` of `{secret}` in: {}", around.escape_debug());
            (secret, place)
        })
    }
}

/// How many beginnings are told apart.
const BEGINNINGS: usize = 1 << 20;

/// A number for the eight bytes at a place, which eight characters have at least.
fn beginning(text: &str, at: usize) -> Option<usize> {
    let bytes: [u8; WINDOW] = text.as_bytes().get(at..at + WINDOW)?.try_into().ok()?;
    Some((u64::from_le_bytes(bytes).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 44) as usize)
}

/// The eight characters at a place, if there are so many.
fn window(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let (last, c) = rest.char_indices().nth(WINDOW - 1)?;
    rest.get(..last + c.len_utf8())
}
