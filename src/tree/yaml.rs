//! YAML through the events of saphyr-parser: the core schema, one document, nothing that names or copies another node.

use super::decode::{Style, Text};
use super::{Entry, MAX_DEPTH, Node, NodeValue, TreeError};
use crate::source::Spanned;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};
use std::ops::Range;

/// What the library says, by a part of it, and what we say; nothing of the text is quoted.
const WORDS: &[(&str, &str)] = &[
    ("mapping values are not allowed", "a second `key: value` stands on one line, or `: ` in text without quotes"),
    ("mapping keys are not allowed", "a key cannot stand here"),
    ("did not find expected key", "a key is missing, or the indentation does not fit"),
    ("did not find expected '-'", "`-` is missing, or the indentation does not fit"),
    ("block sequence entries are not allowed", "`-` cannot stand here"),
    ("parsing a flow mapping", "`,` or `}` is missing"),
    ("parsing a flow sequence", "`,` or `]` is missing"),
    ("misplaced bracket", "a bracket stands here that closes nothing"),
    ("simple key", "`:` is missing behind a key"),
    ("tab", "a tab cannot stand here; indent with blanks"),
    ("unexpected end of stream", "text in quotes is not closed"),
    ("unexpected document indicator", "text in quotes is not closed"),
    ("unknown escape", "this is no escape of YAML"),
    ("hexadecimal", "this is no escape of YAML"),
    ("Unicode character escape", "this is no escape of YAML"),
    ("trailing content", "something stands behind text in quotes"),
    ("indent", "the indentation does not fit"),
    ("byte order mark", "a byte order mark stands inside"),
    ("directive", "this directive cannot be read"),
    ("document", "this belongs to no document"),
    ("tag", "this tag cannot be read"),
    ("node content", "a value is missing"),
];

const NO_ANCHORS: &str = "Write the value out where it is used.";

/// Reads a YAML text.
pub(super) fn parse(text: Text<'_>) -> Result<Node, Vec<TreeError>> {
    let places = Places::new(text.text);
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str(text.text) {
        let more = match event {
            Ok((event, span)) => {
                let range = places.byte(span.start)..places.byte(span.end);
                builder.event(event, range)
            }
            Err(error) => {
                let at = places.byte(*error.marker());
                builder.syntax(at, error.info());
                false
            }
        };
        if !more {
            break;
        }
    }
    builder.end()
}

/// Characters to bytes.
struct Places {
    /// The first byte of each character; empty where every character is one byte.
    starts: Vec<u32>,
    len: usize,
}

impl Places {
    fn new(text: &str) -> Self {
        let starts = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect(),
        };
        Self { starts, len: text.len() }
    }

    fn byte(&self, marker: Marker) -> usize {
        if self.starts.is_empty() {
            return marker.index().min(self.len);
        }
        self.starts.get(marker.index()).map_or(self.len, |at| *at as usize)
    }
}

/// A container that is not closed yet.
struct Open {
    start: usize,
    value: NodeValue,
    key: Option<Spanned<String>>,
}

pub(super) struct Builder<'a> {
    text: Text<'a>,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    /// One past the last scalar or bracket.
    behind: usize,
    errors: Vec<TreeError>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: Text<'a>) -> Self {
        Self { text, open: Vec::new(), root: None, documents: 0, behind: 0, errors: Vec::new() }
    }

    /// The tree, or why there is none.
    pub(super) fn end(self) -> Result<Node, Vec<TreeError>> {
        if self.errors.is_empty() {
            let nothing = || Node { value: NodeValue::Null, span: self.text.span(0..0) };
            return Ok(self.root.unwrap_or_else(nothing));
        }
        Err(self.errors)
    }

    /// Takes in one event; false where reading on makes no sense.
    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) -> bool {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let span = self.text.span(range);
                    let error = TreeError::new(span, "a second document begins here");
                    self.errors.push(error.help("Put it into a file of its own."));
                    return false;
                }
            }
            Event::Alias(_) => {
                let span = self.text.span(range.clone());
                self.errors.push(TreeError::new(span, "an alias is not read here").help(NO_ANCHORS));
                self.behind = range.end;
                self.take(Node { value: NodeValue::Null, span });
            }
            Event::Scalar(decoded, style, anchor, tag) => {
                let start = self.properties(range.start, range.end, anchor > 0 || tag.is_some());
                let node = self.scalar(&decoded, style, start..range.end.max(start));
                self.behind = self.behind.max(range.end);
                self.take(node);
            }
            Event::SequenceStart(anchor, tag) => {
                return self.begin(NodeValue::Seq(Vec::new()), range, anchor > 0 || tag.is_some());
            }
            Event::MappingStart(anchor, tag) => {
                return self.begin(NodeValue::Map(Vec::new()), range, anchor > 0 || tag.is_some());
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        true
    }

    fn begin(&mut self, value: NodeValue, range: Range<usize>, properties: bool) -> bool {
        let start = self.properties(range.start, range.end, properties);
        if self.open.len() >= MAX_DEPTH {
            self.errors.push(TreeError::too_deep(self.text.character(start)));
            return false;
        }
        self.open.push(Open { start, value, key: None });
        true
    }

    /// A flow container ends behind its bracket, a block container with its last child.
    fn close(&mut self, range: Range<usize>) {
        let Some(closed) = self.open.pop() else { return };
        // The library's mark of a bracket goes on over the blanks and the comment behind it.
        let bracket = self.text.text.get(range.clone()).is_some_and(|end| end.starts_with([']', '}']));
        let first = |node: &Node| node.span.range().start.saturating_sub(self.text.base);
        let (inside, last) = match &closed.value {
            NodeValue::Map(entries) => (
                entries.first().map(|entry| entry.key.span.range().start.saturating_sub(self.text.base)),
                entries.last().map(|entry| entry.value.span.range().end.saturating_sub(self.text.base)),
            ),
            NodeValue::Seq(items) => (
                items.first().map(first),
                items.last().map(|item| item.span.range().end.saturating_sub(self.text.base)),
            ),
            _ => (None, None),
        };
        let opened = self.text.text.get(closed.start..).is_some_and(|rest| rest.starts_with(['[', '{']));
        let span = if bracket && opened {
            self.behind = range.end;
            closed.start..range.start + 1
        } else {
            // The mark of a block sequence is its first item's, or its `-`.
            let start = inside.map_or(closed.start, |inside| inside.min(closed.start));
            start..last.unwrap_or(start).max(start)
        };
        let node = Node { value: closed.value, span: self.text.span(span) };
        self.take(node);
    }

    /// Puts a node where it belongs: a key, a value, an item, or the root.
    fn take(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match &mut open.value {
            NodeValue::Seq(items) => items.push(node),
            NodeValue::Map(entries) => match open.key.take() {
                Some(key) => entries.push(Entry { key, value: node }),
                None => open.key = Some(key(self.text, node, &mut self.errors)),
            },
            _ => {}
        }
    }

    /// Refuses anchors and tags before a node; gives where the node itself begins.
    fn properties(&mut self, start: usize, end: usize, any: bool) -> usize {
        if !any {
            return start;
        }
        let text = self.text.text;
        let mut at = start;
        while let Some(rest) = text.get(at..end.max(at)) {
            let blank = rest.len() - rest.trim_start().len();
            let word = rest.trim_start();
            let len = word.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(word.len());
            let place = self.text.span(at + blank..at + blank + len);
            let (message, help) = match word.as_bytes().first() {
                Some(b'&') => ("an anchor is not read here", NO_ANCHORS),
                Some(b'!') => ("a tag is not read here", "Delete it; text that looks like a number stands in quotes."),
                Some(b'#') => {
                    at += blank + word.find('\n').unwrap_or(word.len());
                    continue;
                }
                _ => return at + if word.is_empty() { 0 } else { blank },
            };
            self.errors.push(TreeError::new(place, message).help(help));
            at += blank + len.max(1);
        }
        at
    }

    fn scalar(&mut self, decoded: &str, style: ScalarStyle, range: Range<usize>) -> Node {
        let text = self.text;
        let range = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => range.start..self.closing_quote(range),
            _ => range,
        };
        let (style, inside) = match style {
            ScalarStyle::Plain if range.is_empty() => {
                let colon = usize::from(text.text.as_bytes().get(range.start) == Some(&b':'));
                let span = text.span(range.start + colon..range.start + colon);
                return Node { value: NodeValue::Null, span };
            }
            ScalarStyle::Plain => {
                let typed = plain(decoded);
                let value =
                    typed.unwrap_or_else(|| NodeValue::Text(text.mapped(range.clone(), Style::Literal, decoded)));
                return Node { value, span: text.span(range) };
            }
            ScalarStyle::SingleQuoted => (Style::YamlSingle, range.start + 1..range.end.saturating_sub(1)),
            ScalarStyle::DoubleQuoted => (Style::YamlDouble, range.start + 1..range.end.saturating_sub(1)),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let mapped = text.mapped(range.clone(), Style::Literal, decoded);
                let start = self.block_header(range.start);
                let content = text.text.get(range.clone()).unwrap_or("").trim_end().len();
                let end = if content == 0 { range.end } else { range.start + content };
                return Node { value: NodeValue::Text(mapped), span: text.span(start..end) };
            }
        };
        let inside = inside.start..inside.end.max(inside.start);
        Node { value: NodeValue::Text(text.mapped(inside, style, decoded)), span: text.span(range) }
    }

    /// One past the quote that closes the text at `range`, whose mark goes on over the blanks and the comment behind it.
    fn closing_quote(&self, range: Range<usize>) -> usize {
        let written = self.text.text.get(range.clone()).unwrap_or("").as_bytes();
        let Some(quote) = written.first().filter(|first| matches!(first, b'"' | b'\'')) else { return range.end };
        let mut at = 1;
        while let Some(byte) = written.get(at) {
            let is_escape = *byte == b'\\' && *quote == b'"'
                || byte == quote && *quote == b'\'' && written.get(at + 1) == Some(quote);
            if !is_escape && byte == quote {
                return range.start + at + 1;
            }
            at += if is_escape { 2 } else { 1 };
        }
        range.end
    }

    /// Where the `|` or `>` of a block scalar stands, whose content begins at `content`.
    fn block_header(&self, content: usize) -> usize {
        let before = self.text.text.get(self.behind..content).unwrap_or("");
        let header = before.split('\n').next().unwrap_or("");
        let found = header.find(['|', '>']).or_else(|| before.find(['|', '>']));
        found.map_or(content, |at| self.behind + at)
    }

    /// A syntax error, in our words.
    fn syntax(&mut self, at: usize, said: &str) {
        let span = self.text.character(at);
        let error = if said.contains("unknown anchor") {
            let rest = self.text.text.get(at..).unwrap_or("");
            let len = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len());
            TreeError::new(self.text.span(at..at + len), "an alias is not read here").help(NO_ANCHORS)
        } else if said.contains("recursion limit") {
            TreeError::too_deep(span)
        } else {
            let words =
                WORDS.iter().find(|(theirs, _)| said.contains(theirs)).map_or("it cannot be read here", |w| w.1);
            TreeError::new(span, format!("this is not YAML: {words}"))
        };
        self.errors.push(error);
    }
}

/// The key that a node is; what is no key is refused.
fn key(text: Text<'_>, node: Node, errors: &mut Vec<TreeError>) -> Spanned<String> {
    let range = node.span.range();
    let range = range.start.saturating_sub(text.base)..range.end.saturating_sub(text.base);
    let written = text.text.get(range.clone()).unwrap_or("");
    match node.value {
        NodeValue::Text(decoded) => {
            let quotes = usize::from(written.len() > 1 && written.starts_with(['"', '\'']));
            if written == "<<" {
                let error = TreeError::new(node.span, "a merge key is not read here");
                errors.push(error.help("Write the keys out where they are used."));
            }
            Spanned::new(decoded.text().to_owned(), text.span(range.start + quotes..range.end - quotes))
        }
        NodeValue::Seq(_) | NodeValue::Map(_) => {
            let error = TreeError::new(node.span, "a key must be text");
            errors.push(error.help("Write `key: value`; what begins with a bracket stands in quotes."));
            Spanned::new(String::new(), node.span)
        }
        NodeValue::Null if written.is_empty() => {
            // An alias was refused already.
            errors.push(TreeError::new(node.span, "a key is missing"));
            Spanned::new(String::new(), node.span)
        }
        // A key is text whatever it looks like.
        NodeValue::Null | NodeValue::Bool(_) | NodeValue::Number(_) => Spanned::new(written.to_owned(), node.span),
    }
}

/// What a plain scalar is by the core schema (YAML 1.2.2, 10.3.2), if it is no text.
fn plain(text: &str) -> Option<NodeValue> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(NodeValue::Null),
        "true" | "True" | "TRUE" => return Some(NodeValue::Bool(true)),
        "false" | "False" | "FALSE" => return Some(NodeValue::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Some(NodeValue::Number(text.into())),
        _ => {}
    }
    let based = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix).is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)))
    };
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let infinite = matches!(unsigned, ".inf" | ".Inf" | ".INF");
    (infinite || is_decimal(unsigned) || based("0o", 8) || based("0x", 16)).then(|| NodeValue::Number(text.into()))
}

/// `12`, `1.`, `.5`, `1.5e-3`; without a sign.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let some = !whole.is_empty() || !fraction.is_empty();
    some && digits(whole)
        && digits(fraction)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}
