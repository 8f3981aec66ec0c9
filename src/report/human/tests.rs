#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::super::sample::{self, SECRET, Sample};
use super::super::{Totals, Verdict};
use super::*;
use crate::finding::Undecided;
use crate::source::{SourceMap, Span};
use proptest::prelude::*;

fn show_report(report: &Report, map: &SourceMap, style: &Style) -> String {
    let mut out = Vec::new();
    render(report, map.shown(), style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn show(sample: &Sample, style: &Style) -> String {
    show_report(&sample.report, &sample.sources.map, style)
}

/// The blocks of the sample, one a finding, then the end of the run.
fn blocks(sample: &Sample) -> Vec<String> {
    show(sample, &Style::default()).split("\n\n").map(str::to_owned).collect()
}

fn one(finding: Finding, map: &SourceMap, style: &Style) -> String {
    show_report(&Report { findings: vec![finding], ..Report::default() }.judged(Severity::Error, false), map, style)
}

#[test]
fn a_port_inside_a_masked_url_and_its_policy() {
    let expected = "  × error[runtime-goes-through-the-pooler]: DATABASE_URL of dragonfly-api in prod connects past the
  │ pooler
   ╭─[env/prod/dragonfly-api.env:3:108]
 2 │ SUPABASE_SERVICE_ROLE_KEY=••••
 3 │ DATABASE_URL=…st:••••@aws-0-us-east-1.pooler.supabase.com:5432/postgres
   ·                                                           ──┬─
   ·                                                             ╰── port 5432 is the session pooler
   ╰────
   ╭─[dragonfly/policies.yaml:8:13]
 7 │       connection: { service: { param: runtime_services }, environment: { param: production } }
 8 │       to: { port: 6543, endpoint: transaction-pooler, sslmode: [require, verify-ca, verify-ful…
   ·             ─────┬────
   ·                  ╰── wants port 6543
   ╰────
  why  Session connections exhaust Postgres: \"FATAL: too many connections\" (incident runbook).
  fix  Use port 6543 and add ?sslmode=require.
  see  go-live runbook 1.1";
    assert_eq!(blocks(&sample::sample())[0], expected);
}

#[test]
fn a_gap_and_the_end_of_a_file_have_a_label() {
    let blocks = blocks(&sample::sample());
    for (block, line, words) in [
        (&blocks[1], "5432/postgres", "╰── sslmode is prefer (libpq's default)"),
        (&blocks[2], "LOG_LEVEL=debug", "╰── PORT would stand here"),
    ] {
        let lines: Vec<&str> = block.lines().collect();
        let at = lines.iter().position(|drawn| drawn.ends_with(line)).unwrap();
        let behind = lines[at].chars().count();
        assert_eq!(lines[at + 1].chars().position(|c| c == '▲'), Some(behind), "{block}");
        assert!(lines[at + 2].ends_with(words), "{block}");
    }
}

#[test]
fn the_end_behind_a_final_line_end_is_the_end_of_the_last_line() {
    let mut map = SourceMap::new();
    let id = map.add("a.env", "A=1\nB=2\n");
    let finding = Finding::new("p", Severity::Error, "m", Anchor::At(Span::point(id, 8)), "C would stand here");
    let text = one(finding, &map, &Style::default());
    assert!(text.contains(" 2 │ B=2\n   ·    ▲\n   ·    ╰── C would stand here\n"), "{text}");
    let empty = map.add("empty.env", "");
    let finding = Finding::new("p", Severity::Error, "m", Anchor::At(Span::point(empty, 0)), "nothing is here");
    let text = one(finding, &map, &Style::default());
    assert!(text.contains("[empty.env:1:1]") && text.contains("╰── nothing is here"), "{text}");
}

#[test]
fn labels_stand_under_wide_characters_and_other_sources_follow_in_order() {
    let expected =
        "  × error[one-supabase-project-per-service]: SUPABASE_URL of dragonfly-worker-ingest in prod belongs
  │ to another Supabase project
   ╭─[env/prod/dragonfly-worker-ingest.env:2:22]
 1 │ # 取り込みワーカー 本番
 2 │ …SE_URL=https://tsrqponmlkjihgfedcba.supabase.co   # 日本語のメモ PORT=1
   ·                 ──────────┬─────────                              ───┬──
   ·                           │                                          ╰── behind wide characters
   ·                           ╰── project tsrqponmlkjihgfedcba
   ╰────
   ╭─[env/prod/dragonfly-api.env:1:22]
 1 │ SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
   ·                      ──────────┬─────────
   ·                                ╰── project abcdefghijklmnopqrst
   ╰────
    ╭─[dragonfly/policies.yaml:12:74]
 11 │     says: belongs to another Supabase project
 12 │     same: …credential: {}, url: { provider: supabase }, field: project, within: [service, env…
    ·                                                         ───────┬──────
    ·                                                                ╰── these are to be the same
    ╰────";
    assert_eq!(blocks(&sample::sample())[3], expected);
}

#[test]
fn a_missing_file_has_its_path_and_its_labels() {
    let expected = "  × error[dragonfly-matrix/missing]: dragonfly-worker-enforcement has no variables in prod
   ╭─[env/prod/dragonfly-worker\\u{1b}[2J-enforcement.env] (missing)
   │ no document of this service was found
   ╰────
   ╭─[preflight.yaml:4:13]
 3 │ documents:
 4 │   - files: \"env/{environment}/{service}.env\"
   ·             ───────────────┬───────────────
   ·                            ╰── looked for here
   ╰────
  fix  Export it:  railway variables --json > env/prod/dragonfly-worker-enforcement.json";
    assert_eq!(blocks(&sample::sample())[4], expected);
}

#[test]
fn a_span_of_several_lines_is_marked_from_first_to_last_and_a_long_one_at_its_first() {
    let blocks = blocks(&sample::sample());
    let several = "
 7 │ ╭─▶ ALTER TABLE public.accounts
 8 │ │     ADD COLUMN nickname text,
 9 │ ├─▶   DROP COLUMN email;
   · ╰──── one statement
";
    assert!(blocks[6].contains(several), "{}", blocks[6]);
    let long = "
 11 │ CREATE TABLE ops.jobs (
    · ───────────┬───────────
    ·            ╰─┤ made here
    ·              │ (down to line 20)
    ╰────";
    assert!(blocks[7].ends_with(long), "{}", blocks[7]);
}

#[test]
fn a_line_of_seventy_thousand_columns_is_cut_round_its_label() {
    let block = &blocks(&sample::sample())[8];
    let drawn = block.lines().find(|line| line.starts_with(" 1 │")).unwrap();
    assert!(drawn.contains("\"NEXT_PUBLIC_KEY\":\"••••\",\"MORE\":"), "{drawn}");
    assert!(drawn.starts_with(" 1 │ …") && drawn.ends_with('…'), "{drawn}");
    assert!(block.contains("dashboard\\u{202e}.json:1:36032]"), "the column is that of the file: {block}");
}

#[test]
fn labels_over_each_other_stand_in_boxes_of_their_own_and_one_place_is_labelled_once() {
    let mut map = SourceMap::new();
    let id = map.add("a.env", "URL=postgres://h:5432/d\n");
    let at = |range| Span::new(id, range);
    let finding = Finding::new("p", Severity::Error, "m", Anchor::At(at(17..21)), "the port")
        .label(LabelRole::Fact, at(4..23), "the connection")
        .label(LabelRole::Fact, at(17..21), "not 6543")
        .label(LabelRole::Fact, at(17..21), "the port");
    let text = one(finding, &map, &Style::default());
    let expected = "
 1 │ URL=postgres://h:5432/d
   ·                  ──┬─
   ·                    ╰─┤ the port
   ·                      │ not 6543
   ╰────
   ╭─[a.env:1:5]
 1 │ URL=postgres://h:5432/d
   ·     ─────────┬─────────
   ·              ╰── the connection
   ╰────
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn words_for_one_place_that_leave_no_room_for_another_stand_in_a_box_of_their_own() {
    let mut map = SourceMap::new();
    let id = map.add("a.env", format!("A={}B={}\n", "x".repeat(60), "y".repeat(60)));
    let at = |range| Span::new(id, range);
    let finding = Finding::new("p", Severity::Error, "m", Anchor::At(at(0..1)), "one")
        .label(LabelRole::Fact, at(62..63), "two")
        .label(LabelRole::Fact, at(62..63), "and many words more, which cannot stand behind the second place");
    let text = one(finding, &map, &Style { width: 80, ..Style::default() });
    for words in ["─ one", "─ two", "and many words more"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(text.matches("[a.env:1:").count(), 2, "{text}");
}

#[test]
fn the_end_of_a_run() {
    let text = show(&sample::sample(), &Style::default());
    let end = text.split_once("\nnote  ").unwrap().1;
    let expected = "\
railway/prod/dashboard.json was taken for railway-variables of dashboard in prod
Checked 14 documents (9 env, 3 Railway, 2 migrations) against 38 of 41 policies of dragonfly 1.0.0: 312 facts
7 errors · 1 warning · 1 info · 2 undecided   exit 1

undecided  DATABASE_URL of dragonfly-worker-ingest is ${{shared.POOLER_URL}}, and no document
           defines it.
           at env/prod/dragonfly-worker-ingest.env:3:14, asked by runtime-goes-through-the-pooler
           and no-secret-shared-between-environments
           Export the environment too:
           railway environment config --json > railway/prod/environment.json

undecided  no document says which variables dragonfly-dashboard has.
           asked by dragonfly-matrix

out of scope  dashboard-has-no-secret: no document has the service `dragonfyl-dashboard`
not judged  health-check-is-set, replicas-are-stated: no railway-status document was given
";
    assert_eq!(end, expected);
    let more = show(&sample::sample(), &Style { verbose: 1, ..Style::default() });
    assert!(more.ends_with("\nidle  no-truncate: in scope, and there is no such fact\n"), "{more}");
}

#[test]
fn a_broken_policy() {
    let expected = "  × error[policy]: no fact `operation` has a field `if_exist`
    ╭─[policies/migrations.yaml:18:40]
 17 │     unless:
 18 │       - { migration.direction: revert, if_exist: true }
    ·                                        ────┬───
    ·                                            ╰── did you mean `if_exists`?
    ╰────
  help  `preflight explain operation` lists its fields.

  × error[policy]: a policy needs `severity`
    ╭─[policies/migrations.yaml:10:35]
 10 │   one-supabase-project-per-service:
    ·                                   ▲
    ·                                   ╰── `severity` is missing here
    ╰────

  × error[path]: no such file or folder
   ╭─[env/prdo/\\u{7}]
   ╰────
  help  Is it `env/prod`?

2 errors in 1 policy file, 1 error about 1 path, exit 2
";
    assert_eq!(show(&sample::broken(), &Style::default()), expected);
}

#[test]
fn clean_is_one_line_and_said_of_nothing_else() {
    let totals = Totals {
        documents: vec![("env", 1), ("migrations", 1)],
        facts: 1,
        policies: 1,
        decided: 1,
        ..Totals::default()
    };
    let clean = Report { totals, ..Report::default() }.judged(Severity::Error, false);
    let map = SourceMap::new();
    assert_eq!(
        show_report(&clean, &map, &Style::default()),
        "clean: checked 2 documents (1 env, 1 migration) against 1 policy: 1 fact\n"
    );
    let doubt = Undecided { policies: Vec::new(), message: "who knows".into(), span: None, help: String::new() };
    let open = Report { undecided: vec![doubt], verdict: Verdict::Clean, ..clean.clone() };
    let found = Finding::new("p", Severity::Info, "m", Anchor::Missing("a".into()), "");
    let found = Report { findings: vec![found], verdict: Verdict::Clean, ..clean.clone() };
    let stopped = Report { problems: vec![Problem::path("path", "a", "m")], verdict: Verdict::Clean, ..clean };
    for report in [open, found, stopped] {
        let text = show_report(&report, &map, &Style::default());
        assert!(!text.contains("clean"), "whatever the verdict says: {text}");
    }
    let unjudged = show_report(&Report::default(), &map, &Style::default());
    assert!(unjudged.ends_with("no verdict, exit 2\n"), "{unjudged}");
}

#[test]
fn quiet_says_nothing_and_a_closed_pipe_is_an_error_not_a_panic() {
    struct Closed;
    impl io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let sample = sample::sample();
    assert_eq!(show(&sample, &Style { quiet: true, ..Style::default() }), "");
    let failed = render(&sample.report, sample.sources.map.shown(), &Style::default(), &mut Closed);
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

#[test]
fn ascii_is_ascii() {
    let style = Style { unicode: false, width: 80, ..Style::default() };
    let text = show(&sample::sample(), &style) + &show(&sample::broken(), &style);
    let foreign: Vec<&str> = text.lines().filter(|line| !line.is_ascii() && !line.contains('本')).collect();
    assert_eq!(foreign, Vec::<&str>::new(), "but for the source's own characters");
    assert!(text.contains(" 2 | SUPABASE_SERVICE_ROLE_KEY=****\n"), "{text}");
}

/// The text without the escapes of colour.
fn uncolored(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once('m').expect("a colour").1)
}

#[test]
fn colour_adds_nothing_but_colour_and_no_secret_is_shown() {
    let sample = sample::sample();
    let plain = show(&sample, &Style { verbose: 2, ..Style::default() });
    let colored = show(&sample, &Style { verbose: 2, color: true, ..Style::default() });
    assert!(!plain.contains('\u{1b}') && colored.contains("\u{1b}[31;1merror"));
    assert_eq!(uncolored(&colored), plain);
    assert!(!plain.contains(SECRET));
}

#[test]
fn all_fits_the_width() {
    for width in [60, 80, 100] {
        let text = show(&sample::sample(), &Style { width, ..Style::default() });
        let wide = |line: &&str| text::width(line) > width && !line.contains("─[") && !line.starts_with("Checked");
        assert_eq!(text.lines().filter(wide).collect::<Vec<_>>(), Vec::<&str>::new(), "at {width}");
    }
}

/// Text as nobody prepared it: wide, combining, control and very long stretches, every kind of line end.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z_=:/ ]{0,12}",
        2 => Just("\n".to_owned()),
        1 => prop::sample::select(vec!["\r\n", "\r", "\t", "\u{1b}[31m", "\u{feff}", "\u{202e}", "\u{0}", "🦀", "語", "e\u{301}", "\u{200d}", "👩‍👩‍👧", "…", "••••"])
            .prop_map(str::to_owned),
        1 => (prop::sample::select(vec!["x", "語", "\u{301}", "\u{7}"]), 0usize..400).prop_map(|(c, n)| c.repeat(n)),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn any_span() -> impl Strategy<Value = (usize, usize)> {
    (0usize..600, prop_oneof![Just(0), 0usize..20, 0usize..600])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_text_and_the_spans_it_is_drawn(
        text in any_text(),
        masks in prop::collection::vec(any_span(), 0..4),
        spans in prop::collection::vec((any_span(), "[a-zü語\u{1b} ]{0,60}"), 1..8),
        width in 0usize..130,
        (unicode, color) in any::<(bool, bool)>(),
    ) {
        let mut map = SourceMap::new();
        let id = map.add("some/\u{1b}file", text.clone());
        map.mask(id, masks.iter().map(|(at, len)| *at..at + len));
        let mut places = spans.iter().map(|((at, len), words)| (Span::new(id, *at..at + len), words));
        let (first, words) = places.next().unwrap();
        let finding = Finding::new("p", Severity::Warning, "m", Anchor::At(first), words);
        let finding = places.fold(finding, |finding, (span, words)| finding.label(LabelRole::Fact, span, words));
        let style = Style { color, unicode, width, ..Style::default() };
        let drawn = one(finding, &map, &style);
        let place = map.shown().place(first);
        let header = format!("some/\\u{{1b}}file:{}:{}", place.line, place.column);
        prop_assert!(drawn.contains(&header), "{}", drawn);
        let plain = if color { uncolored(&drawn) } else { drawn };
        prop_assert!(!plain.contains(['\u{1b}', '\u{202e}', '\r', '\u{0}']), "{plain:?}");
        for (_, words) in &spans {
            let word = words.split_whitespace().find(|word| word.len() < 12 && !word.contains('\u{1b}'));
            prop_assert!(word.is_none_or(|word| plain.contains(word)), "{words:?} is not in {plain}");
        }
        let numbered = |line: &&str| line.trim_start().starts_with(|c: char| c.is_ascii_digit());
        for line in plain.lines().filter(numbered) {
            prop_assert!(line.chars().count() <= width.max(40), "{line:?} at {width}");
        }
    }

    #[test]
    fn a_label_stands_under_its_text(before in "[a-z 語ü]{0,300}", behind in "[a-z 語ü]{0,300}", width in 60usize..120) {
        let mut map = SourceMap::new();
        let id = map.add("a", format!("{before}NEEDLE{behind}\n"));
        let span = Span::new(id, before.len()..before.len() + 6);
        let finding = Finding::new("p", Severity::Error, "m", Anchor::At(span), "here it is");
        let drawn = one(finding, &map, &Style { width, ..Style::default() });
        let lines: Vec<&str> = drawn.lines().collect();
        let at = lines.iter().position(|line| line.starts_with(" 1 │")).unwrap();
        let column = |line: &str, words: &str| line.find(words).map(|at| text::width(&line[..at]));
        prop_assert!(column(lines[at], "NEEDLE").is_some(), "{}", drawn);
        prop_assert_eq!(column(lines[at], "NEEDLE"), column(lines[at + 1], "───┬──"), "{}", drawn);
        prop_assert!(lines.iter().all(|line| text::width(line) <= width), "{}", drawn);
    }
}
