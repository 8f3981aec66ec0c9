#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::super::sample::{self, Sample};
use super::*;

fn show(sample: &Sample, style: &Style) -> String {
    let mut out = Vec::new();
    render(&sample.report, sample.sources.map.shown(), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
#[ignore = "for eyes"]
fn look() {
    let width = std::env::var("LOOK").ok().and_then(|width| width.parse().ok()).unwrap_or(100);
    let style = Style {
        width,
        color: std::env::var("COLOR").is_ok(),
        unicode: std::env::var("ASCII").is_err(),
        ..Style::default()
    };
    let text = show(&sample::sample(), &style) + "\n=====\n" + &show(&sample::broken(), &style);
    std::fs::write("/tmp/report-look.txt", text).unwrap();
}
