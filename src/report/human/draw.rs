//! The drawing of one box by miette. It sees lines that are masked and cut already, and never the source: its own reader
//! of sources is quadratic, it neither cuts long lines nor survives a label past column 65,535, and it draws no label at
//! the end of a text that has no final line end.

use crate::finding::Severity;
use crate::report::Style;
use crate::source::Place;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;
use std::ops::Range;

/// A label as it is drawn.
pub(super) struct Drawn {
    /// Its bytes in the drawn text; empty for a gap.
    pub range: Range<usize>,
    /// Its words, wrapped.
    pub text: String,
    /// Whether it is what the finding is about.
    pub primary: bool,
    /// Where it stands in the file.
    pub place: Place,
}

/// Lines of one source with their labels.
pub(super) struct Picture<'a> {
    /// The name of the source.
    pub path: &'a str,
    /// Number of the first line, from 1.
    pub first: usize,
    /// The lines, each with a line end.
    pub text: String,
    /// The labels in the order of their places.
    pub labels: Vec<Drawn>,
}

/// Draws a box: its name with the place of the primary label (else of the first), the lines, the labels.
pub(super) fn draw(picture: &Picture<'_>, severity: Severity, style: &Style) -> String {
    let Some(head) = picture.labels.iter().find(|label| label.primary).or(picture.labels.first()) else {
        return String::new();
    };
    let lines = Lines { path: picture.path.into(), first: picture.first, text: picture.text.clone(), head: head.place };
    let labels = picture.labels.iter().map(|label| {
        let text = (!label.text.is_empty()).then(|| label.text.clone());
        let span = SourceSpan::new(label.range.start.into(), label.range.len());
        match label.primary {
            true => LabeledSpan::new_primary_with_span(text, span),
            false => LabeledSpan::new_with_span(text, span),
        }
    });
    let snippet = Snippet { lines, labels: labels.collect() };
    let handler = GraphicalReportHandler::new_themed(theme(picture, severity, style))
        .with_context_lines(1)
        .with_wrap_lines(false)
        .without_syntax_highlighting()
        .with_links(false);
    let mut out = String::new();
    match handler.render_report(&mut out, &snippet) {
        // The first line is the empty message: ours is written by the caller.
        Ok(()) => out.split_once('\n').map_or(String::new(), |(_, drawing)| drawing.into()),
        Err(fmt::Error) => {
            plainly(picture.path, picture.labels.iter().map(|label| (label.place, label.text.replace('\n', " "))))
        }
    }
}

/// Places and words without a drawing: nothing is lost where none can be made.
pub(super) fn plainly(path: &str, places: impl Iterator<Item = (Place, String)>) -> String {
    places.map(|(Place { line, column, .. }, words)| format!("   [{path}:{line}:{column}] {words}\n")).collect()
}

/// Characters and colours: the primary label has the colour of the severity.
fn theme(picture: &Picture<'_>, severity: Severity, style: &Style) -> GraphicalTheme {
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    if !style.color {
        return GraphicalTheme { characters, styles: ThemeStyles::none() };
    }
    let mut styles = ThemeStyles::ansi();
    let primary = match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Info => styles.advice,
    };
    let other = styles.help;
    styles.highlights = picture.labels.iter().map(|label| if label.primary { primary } else { other }).collect();
    GraphicalTheme { characters, styles }
}

/// What miette asks for.
#[derive(Debug, thiserror::Error)]
#[error("")]
struct Snippet {
    lines: Lines,
    labels: Vec<LabeledSpan>,
}

impl Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.lines)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// The lines of one box; every question about them is answered with all of them.
#[derive(Debug)]
struct Lines {
    path: String,
    first: usize,
    text: String,
    head: Place,
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        lines_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::new(0.into(), self.text.len());
        // The header is asked for without context, the lines with it; both count from 0.
        let (line, column) = match lines_before {
            0 => (self.head.line, self.head.column),
            _ => (self.first, 1),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            self.text.as_bytes(),
            whole,
            line.saturating_sub(1),
            column.saturating_sub(1),
            self.text.lines().count(),
        )))
    }
}
