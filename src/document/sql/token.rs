//! Tokens of PostgreSQL with their bytes. The lexical rules are those of PostgreSQL's `scan.l` and psql's `psqlscan.l`,
//! with `standard_conforming_strings` on; besides, template placeholders are tokens of their own.

/// What stands for a name that dynamic SQL gets at run time (`%I`, `quote_ident(x)`).
pub(super) const NAME_HOLE: char = '\u{e000}';
/// What stands for any text that dynamic SQL gets at run time.
pub(super) const TEXT_HOLE: char = '\u{e001}';
/// Longer than this no template placeholder is looked for: keeps reading linear.
const LONGEST_TEMPLATE: usize = 512;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword or an unquoted name.
    Word,
    /// `"name"`.
    Quoted,
    /// `U&"name"`.
    UnicodeQuoted,
    /// `'text'` or `N'text'`.
    Text,
    /// `E'text'`.
    Escaped,
    /// `U&'text'`.
    UnicodeText,
    /// `$tag$text$tag$`.
    Dollar,
    /// `B'01'`, `X'1F'`.
    Bits,
    /// A number.
    Number,
    /// `$1`.
    Param,
    /// A placeholder: `{{ x }}`, `${x}`, `:x`, `:'x'`, `%(x)s`, or a name of dynamic SQL; with the name it is part of.
    Hole,
    /// Text of dynamic SQL that cannot be known: more than one token may stand there.
    TextHole,
    /// Any other character.
    Symbol(u8),
}

/// A token: bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Token {
    /// Whether it is a string constant that can be read as text.
    pub fn is_text(self) -> bool {
        use TokenKind::{Dollar, Escaped, Text, UnicodeText};
        matches!(self.kind, Text | Escaped | UnicodeText | Dollar)
    }

    /// Whether it can be (part of) a name.
    pub fn is_name(self) -> bool {
        use TokenKind::{Hole, Quoted, TextHole, UnicodeQuoted, Word};
        matches!(self.kind, Word | Quoted | UnicodeQuoted | Hole | TextHole)
    }
}

/// Reads tokens one by one; whoever splits may move it.
pub(super) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The next byte.
    pub at: usize,
    /// Where a quote or comment opens that nothing closes; the text is over then.
    pub broken: Option<usize>,
    /// Up to where no `}}` and no `}` stand behind the opening of a template placeholder.
    unclosed: [usize; 2],
    /// End of the last escaped text: a text on the next line goes on with its rules.
    escaped_end: usize,
}

/// Whether a byte begins a name. Every byte of a character beyond ASCII does.
const fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Whether a byte goes on a name.
const fn continues_name(byte: u8) -> bool {
    begins_name(byte) || byte.is_ascii_digit() || byte == b'$'
}

/// For each byte whether it goes on a name and nothing else: a dollar sign may begin a placeholder, and what stands for
/// text that is built at run time is no ASCII.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        plain[byte] = continues_name(byte as u8) && byte as u8 != b'$';
        byte += 1;
    }
    plain
};

impl<'t> Lexer<'t> {
    /// At the start of `text`.
    pub fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self { text, bytes: text.as_bytes(), at, broken: None, unclosed: [0; 2], escaped_end: usize::MAX }
    }

    /// The next token; none at the end.
    pub fn next_token(&mut self) -> Option<Token> {
        let behind = self.at;
        self.skip_blank();
        let start = self.at;
        let byte = *self.bytes.get(start)?;
        if behind != self.escaped_end {
            self.escaped_end = usize::MAX;
        }
        let next = self.byte(start + 1);
        let kind = match byte {
            b'\'' => self.quoted_text(start),
            b'"' => self.quoted(start, 1, TokenKind::Quoted),
            b'e' | b'E' if next == b'\'' => self.escaped(start, 2),
            b'n' | b'N' if next == b'\'' => self.string(start, 2, false, TokenKind::Text),
            b'b' | b'B' | b'x' | b'X' if next == b'\'' => self.string(start, 2, false, TokenKind::Bits),
            b'u' | b'U' if next == b'&' && self.byte(start + 2) == b'\'' => {
                self.string(start, 3, false, TokenKind::UnicodeText)
            }
            b'u' | b'U' if next == b'&' && self.byte(start + 2) == b'"' => {
                self.quoted(start, 3, TokenKind::UnicodeQuoted)
            }
            b'$' => self.dollar(start),
            b'{' => self.word(start),
            b':' => self.colon(start),
            b'%' => self.percent(start),
            _ if byte.is_ascii_digit() || (byte == b'.' && next.is_ascii_digit()) => self.number(),
            _ if begins_name(byte) => self.word(start),
            _ => self.symbol(start),
        };
        Some(Token { kind, start: start as u32, end: self.at as u32 })
    }

    /// All tokens to the end, for texts that are no scripts: bodies and dynamic SQL.
    pub fn all(mut self) -> (Vec<Token>, Option<usize>) {
        let mut tokens = Vec::with_capacity(self.bytes.len() / 6);
        while let Some(token) = self.next_token() {
            tokens.push(token);
        }
        (tokens, self.broken)
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Moves behind white space and comments. A line comment ends at `\n` or at a lone `\r`.
    fn skip_blank(&mut self) {
        loop {
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, _) => self.at += 1,
                (b'-', b'-') => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                }
                (b'/', b'*') => self.block_comment(),
                _ => return,
            }
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (b'/', b'*') => (depth, self.at) = (depth + 1, self.at + 2),
                (b'*', b'/') => {
                    (depth, self.at) = (depth - 1, self.at + 2);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.broken = Some(start);
    }

    /// `'…'`; behind an escaped text on an earlier line it goes on with escapes.
    fn quoted_text(&mut self, start: usize) -> TokenKind {
        let gap = self.bytes.get(self.escaped_end..start).unwrap_or_default();
        if gap.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return self.escaped(start, 1);
        }
        self.string(start, 1, false, TokenKind::Text)
    }

    fn escaped(&mut self, start: usize, open: usize) -> TokenKind {
        let kind = self.string(start, open, true, TokenKind::Escaped);
        self.escaped_end = self.at;
        kind
    }

    fn string(&mut self, start: usize, open: usize, escapes: bool, kind: TokenKind) -> TokenKind {
        self.escaped_end = usize::MAX;
        self.delimited(start, open, b'\'', escapes);
        kind
    }

    fn quoted(&mut self, start: usize, open: usize, kind: TokenKind) -> TokenKind {
        self.delimited(start, open, b'"', false);
        kind
    }

    /// Moves behind the closing delimiter; a doubled one is part of the text.
    fn delimited(&mut self, start: usize, open: usize, close: u8, escapes: bool) {
        self.at = start + open;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            if *byte == close {
                if self.byte(self.at) != close {
                    return;
                }
                self.at += 1;
            } else if escapes && *byte == b'\\' {
                self.at += 1;
            }
        }
        self.at = self.bytes.len();
        self.broken = Some(start);
    }

    /// `$tag$…$tag$`, `$1`, `${name}` or a lone `$`.
    fn dollar(&mut self, start: usize) -> TokenKind {
        let next = self.byte(start + 1);
        if next == b'{' {
            return self.word(start);
        }
        if next.is_ascii_digit() {
            self.at = start + 1;
            while self.byte(self.at).is_ascii_digit() {
                self.at += 1;
            }
            return TokenKind::Param;
        }
        let mut end = start + 1;
        while begins_name(self.byte(end)) || (end > start + 1 && self.byte(end).is_ascii_digit()) {
            end += 1;
        }
        if self.byte(end) != b'$' {
            return self.symbol(start);
        }
        let tag = self.text.get(start..=end).unwrap_or("$$");
        match self.text.get(end + 1..).and_then(|rest| rest.find(tag)) {
            Some(length) => self.at = end + 1 + length + tag.len(),
            None => {
                self.at = self.bytes.len();
                self.broken = Some(start);
            }
        }
        TokenKind::Dollar
    }

    /// A name or keyword, with the placeholders in it.
    fn word(&mut self, start: usize) -> TokenKind {
        let mut kind = TokenKind::Word;
        let mut ascii = true;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let is_plain = |byte: &&u8| PLAIN.get(usize::from(**byte)).is_some_and(|plain| *plain);
            self.at += rest.iter().take_while(is_plain).count();
            let byte = self.byte(self.at);
            ascii &= byte < 0x80;
            if matches!((byte, self.byte(self.at + 1)), (b'{', b'{') | (b'$', b'{'))
                && let Some(end) = self.template_end()
            {
                self.at = end;
                kind = TokenKind::Hole;
            } else if continues_name(byte) && !(byte == b'$' && self.at == start) {
                self.at += 1;
            } else {
                break;
            }
        }
        if self.at == start {
            return self.symbol(start);
        }
        if ascii {
            return kind;
        }
        let word = self.text.get(start..self.at).unwrap_or("");
        if word.contains(TEXT_HOLE) {
            return TokenKind::TextHole;
        }
        if word.contains(NAME_HOLE) { TokenKind::Hole } else { kind }
    }

    /// Behind the `}}` or `}` of the placeholder that opens here.
    fn template_end(&mut self) -> Option<usize> {
        let close: &[u8] = if self.byte(self.at) == b'{' { b"}}" } else { b"}" };
        let unclosed = self.unclosed.get_mut(close.len() - 1)?;
        let end = self.bytes.len().min(self.at + 2 + LONGEST_TEMPLATE);
        // what was searched for an earlier opening is not searched again
        let from = unclosed.saturating_sub(1).max(self.at + 2);
        let found = self.bytes.get(from..end)?.windows(close.len()).position(|bytes| bytes == close);
        if found.is_none() {
            *unclosed = end;
        }
        found.map(|length| from + length + close.len())
    }

    /// `:name`, `:'name'`, `:"name"` of psql; `::`, `:=` and `:` otherwise.
    fn colon(&mut self, start: usize) -> TokenKind {
        let before = start.checked_sub(1).map_or(0, |at| self.byte(at));
        let next = self.byte(start + 1);
        if before != b':' && begins_name(next) {
            self.at = start + 1;
            while continues_name(self.byte(self.at)) {
                self.at += 1;
            }
            return TokenKind::Hole;
        }
        if before != b':' && matches!(next, b'\'' | b'"') {
            self.delimited(start, 2, next, false);
            return TokenKind::Hole;
        }
        self.symbol(start)
    }

    /// `%(name)s` of Python's database drivers.
    fn percent(&mut self, start: usize) -> TokenKind {
        if self.byte(start + 1) == b'(' {
            let mut end = start + 2;
            while self.byte(end).is_ascii_alphanumeric() || self.byte(end) == b'_' {
                end += 1;
            }
            if end > start + 2 && self.byte(end) == b')' && self.byte(end + 1) == b's' {
                self.at = end + 2;
                return TokenKind::Hole;
            }
        }
        self.symbol(start)
    }

    fn number(&mut self) -> TokenKind {
        while let byte @ (b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.') = self.byte(self.at) {
            if byte == b'.' && self.byte(self.at + 1) == b'.' {
                break;
            }
            let exponent = matches!(byte, b'e' | b'E') && matches!(self.byte(self.at + 1), b'+' | b'-');
            self.at += if exponent { 2 } else { 1 };
        }
        TokenKind::Number
    }

    fn symbol(&mut self, start: usize) -> TokenKind {
        self.at = start + 1;
        TokenKind::Symbol(self.byte(start))
    }
}
