//! Kind `railway-iac`: Infrastructure as Code (`.railway/railway.ts`, `.py`, `.go`). It is a program, and is not run here:
//! what it makes can be exported.

use crate::document::{Input, Parsed, Unread};
use crate::finding::Severity;
use crate::source::Span;

/// Notices one: nothing of it is read, and nothing of it is shown.
pub fn parse(input: Input<'_>) -> Parsed {
    let message = "this is a program that describes a project, and is not run here".to_owned();
    let help = "Export what it makes: railway config pull --json > railway/graph.json".to_owned();
    let span = Span::point(input.source, 0);
    let all = 0..input.text.len();
    let unread = vec![Unread { span, severity: Severity::Warning, message, help }];
    Parsed { masks: vec![all], unread, ..Parsed::default() }
}
