//! `preflight check`: judge documents by the policies in force.

use super::Terminal;
use super::args::{ChangeArgs, CheckArgs, StdinArgs};
use super::before::{BeforeTheChange, leave_out_faults};
use super::exceptions::{self, Excepted, Judged, State};
use super::hook;
use super::output::{self, Outputs};
use super::progress::Progress;
use super::session::{Bare, Options, Project, Session};
use crate::discover;
use crate::evaluate::{self, Evaluation, Run};
use crate::fact::Field;
use crate::finding::{Anchor, Finding, LabelRole, Problem, Severity, Undecided};
use crate::policy::did_you_mean;
use crate::policy::matrix::SUB_IDS;
use crate::policy::model::Shape;
use crate::project;
use crate::report::{PolicyState, Report, Rule, RunState, Style};
use crate::source::{Shown, Span};
use crate::waive;
use crate::waive::baseline::Baseline;
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::sync::Arc;

pub(super) fn run(args: &CheckArgs, style: &Style, terminal: &mut Terminal) -> io::Result<u8> {
    let options = Options {
        paths: &args.paths,
        project: &args.project,
        stdin: Some(&args.stdin),
        bare: Bare::Judged,
        documents: true,
    };
    let outputs = match Outputs::new(&args.output, args.step_summary, terminal) {
        Ok(outputs) => outputs,
        Err(problems) => return output::refuse(args.format.as_deref(), problems, style, terminal),
    };
    let hook = match args.change.pre_commit.then(|| hook::change(&terminal.folder)).transpose() {
        Ok(hook) => hook,
        Err(problem) => return output::refuse(args.format.as_deref(), vec![problem], style, terminal),
    };
    let change = hook.map(|hook| ChangeArgs { base: args.change.base.clone(), ..hook });
    let change = change.as_ref().unwrap_or(&args.change);
    let progress = Progress::start(terminal.around.watched && !style.quiet, "reading");
    let mut session =
        Session::load_change(&options, change, args.baseline.as_ref().and_then(Option::as_deref), terminal);
    if args.baseline == Some(None) {
        let paths = session.problems.iter_mut().filter(|problem| problem.about == "path");
        paths.for_each(|problem| problem.help.push_str(" A baseline is named with `=`: --baseline=FILE."));
    }
    outputs.spare_what_is_read(&mut session, &terminal.folder);
    progress.stage("judging");
    check_filters(args, &mut session);
    check_policies(&mut session);
    let asked = args.baseline.as_ref().map(Option::as_deref);
    let baselines = if args.no_baseline { Vec::new() } else { exceptions::baselines(&mut session, asked, terminal) };
    let fail_on = fail_level(args, &session);
    let mut report = judge(args, session.sources.shown(), &session, &baselines).judged(fail_on, args.strict);
    report.base = discover::below_repository(&terminal.folder);
    drop(progress);
    let exit = outputs.deliver(args.format.as_deref(), &report, session.sources.shown(), style, terminal)?;
    // The command ends here: to give every fact back one by one would only take time.
    std::mem::forget((session, report));
    Ok(exit)
}

/// The severity from which on a finding fails the run: what the command line says, else the strictest configuration.
pub(super) fn fail_level(args: &CheckArgs, session: &Session) -> Severity {
    let own = args.fail_on.as_deref().and_then(Severity::named);
    let configs = session.projects.iter().filter_map(|project| project.config.as_ref());
    own.or_else(|| configs.map(|config| config.fail_on).min()).unwrap_or(Severity::Error)
}

/// Flags that name what is not there would hide everything, in silence.
pub(super) fn check_filters(args: &CheckArgs, session: &mut Session) {
    check_policies_named(args, session);
    if !args.paths.iter().any(|path| path.as_os_str() == "-") {
        check_labels(&args.stdin, session);
    }
}

/// Policies that were asked for must be there, with the part that is named.
pub(super) fn check_policies_named(args: &CheckArgs, session: &mut Session) {
    let mut problems = Vec::new();
    for id in args.policy.iter().filter(|id| *id != project::NOT_UNDERSTOOD && !waive::is_own(id)) {
        let (base, part) = id.split_once('/').map_or((id.as_str(), None), |(base, part)| (base, Some(part)));
        if let Some(part) = part.filter(|part| !has_part(session, base, part)) {
            let near = did_you_mean(part, SUB_IDS.iter().copied());
            let help = near.map_or_else(String::new, |near| format!("Did you mean `{base}/{near}`?"));
            problems
                .push(Problem::path("usage", "--policy", format!("policy `{base}` has no part `{part}`")).help(help));
        }
        let unknown: Vec<Option<&str>> =
            session.projects.iter().filter_map(|project| evaluate::unknown_policy(&project.set, base)).collect();
        let off = |project: &Project| {
            project.set.adjusted.iter().any(|adjusted| adjusted.policy == base && adjusted.now.is_none())
        };
        if !unknown.is_empty() && session.projects.iter().any(off) {
            let help = "Its severity is `off` under `policies:` of preflight.yaml.";
            problems.push(Problem::path("usage", "--policy", format!("policy `{id}` is switched off")).help(help));
        } else if !unknown.is_empty() && unknown.len() == session.projects.len() {
            let near = unknown.into_iter().flatten().next();
            let help = near.map_or_else(
                || "`preflight policies` lists those in force.".to_owned(),
                |near| format!("Did you mean `{near}`?"),
            );
            problems.push(Problem::path("usage", "--policy", format!("there is no policy `{id}`")).help(help));
        }
    }
    session.problems.extend(problems);
}

/// Labels that no document has would hide everything, in silence.
pub(super) fn check_labels(args: &StdinArgs, session: &mut Session) {
    let wanted =
        [("--service", Field::Service, &args.service), ("--environment", Field::Environment, &args.environment)];
    let unknown = |(flag, label, name): (&'static str, Field, &Option<String>)| {
        unknown_label(session, flag, label, name.as_ref()?)
    };
    let problems: Vec<Problem> = wanted.into_iter().filter_map(unknown).collect();
    session.problems.extend(problems);
}

/// Whether findings of a policy can have this sub-id: those of a matrix have one.
fn has_part(session: &Session, base: &str, part: &str) -> bool {
    let mut policies = session.projects.iter().flat_map(|project| &project.set.policies);
    let is_matrix = policies.any(|policy| policy.id.value == base && matches!(policy.shape, Shape::Matrix(_)));
    is_matrix && SUB_IDS.contains(&part)
}

fn unknown_label(session: &Session, flag: &'static str, label: Field, name: &str) -> Option<Problem> {
    let documents = session.projects.iter().flat_map(|project| project.read.facts.documents());
    let known: BTreeSet<&str> = documents
        .filter_map(
            |document| if label == Field::Service { document.service.text() } else { document.environment.text() },
        )
        .collect();
    let is_known = session.projects.iter().any(|project| known.contains(project.set.spellings.normalise(label, name)));
    if is_known || session.projects.is_empty() {
        return None;
    }
    let near = did_you_mean(name, known.iter().copied());
    let help = match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Known are: {}.", known.into_iter().collect::<Vec<_>>().join(", ")),
    };
    Some(Problem::path("usage", flag, format!("no document has the {label} `{name}`")).help(help))
}

/// A project without any policy would be clean whatever it holds.
pub(super) fn check_policies(session: &mut Session) {
    let empty = session.projects.iter().filter(|project| project.set.policies.is_empty());
    let problem = |project: &Project| {
        let message = format!("no policy is in force in {}", project.prefix);
        Problem::path("config", project.prefix.clone(), message).help("Name a pack under `packs:` of preflight.yaml.")
    };
    let problems: Vec<Problem> = empty.map(problem).collect();
    session.problems.extend(problems);
}

pub(super) fn judge(args: &CheckArgs, shown: Shown<'_>, session: &Session, baselines: &[Option<Baseline>]) -> Report {
    let mut report =
        Report { problems: session.problems.clone(), notices: session.foremost.clone(), ..Report::default() };
    report.foremost = report.notices.len();
    report.notices.extend(session.notices.iter().cloned());
    report.passed_over.extend(session.projects.iter().flat_map(|project| project.read.passed_over.iter().cloned()));
    // What waivers hide is known once every policy was judged.
    let all = args.policy.is_empty() || args.policy.iter().any(|id| waive::is_own(id));
    let wanted = |id: &str| all || args.policy.iter().any(|wanted| wanted.split('/').next() == Some(id));
    let (mut hidden, mut doubts, mut others) = (0, 0, 0);
    for (index, project) in session.projects.iter().enumerate() {
        let expected =
            project.config.as_ref().map(|config| project::expected(config, &project.prefix)).unwrap_or_default();
        let run = Run { today: project.today, wanted: &wanted, needs: &[] };
        let Evaluation { findings, undecided, states, problems, .. } =
            project.read.judge(project.config.as_ref(), &project.set, &expected, run, HashSet::new());
        let mut all = findings;
        all.extend_from_slice(&project.read.unread);
        let before = BeforeTheChange::of(project, &all, shown);
        let complete = session.problems.is_empty() && problems.is_empty();
        let judged = Judged { states: &states, undecided: &undecided, complete };
        let baseline = baselines.get(index).and_then(Option::as_ref);
        let mut excepted = exceptions::except(all, State::now(project), shown, &judged, baseline, !args.no_waivers);
        others += before.leave_out(&mut excepted)
            + leave_out_faults(project, &mut excepted, shown, baseline, !args.no_waivers);
        hidden += take(args, project, excepted, &mut report);
        report.today = report.today.or(project.exceptions.today);
        let is_of_change = |undecided: &Undecided| {
            project.touched.as_ref().is_none_or(|change| change.has_undecided(undecided, shown))
        };
        let (kept, rest): (Vec<Undecided>, Vec<Undecided>) = undecided
            .into_iter()
            .partition(|undecided| undecided_is_shown(args, project, undecided) && is_of_change(undecided));
        doubts += rest.len();
        report.undecided.extend(kept);
        report.problems.extend(problems);
        let decided = |state: &&PolicyState| matches!(state.state, RunState::Idle | RunState::Judged(_));
        report.totals.policies += states.len();
        report.totals.decided += states.iter().filter(decided).count();
        if project.scope.whole {
            report.states.extend(states);
        }
        report.rules.extend(rules(project, &wanted));
        count(&mut report, project);
        report.notices.extend(nothing_changed(project));
        report.notices.extend(switched_off(project));
    }
    report.problems.extend(nothing_judged(args, &report));
    for (count, words) in [(hidden, counted(hidden, "finding")), (doubts, format!("{doubts} undecided"))] {
        if count > 0 {
            let verb = if count == 1 { "is" } else { "are" };
            report.notices.push(format!("{words} outside of what was asked for {verb} not shown"));
        }
    }
    if others > 0 {
        let verb = if others == 1 { "is" } else { "are" };
        report.notices.push(format!("{} {verb} not of this change, and not shown", counted(others, "finding")));
    }
    // Those of a policy are in order: they are merged.
    report.findings.sort_by(|one, other| order(shown, one).cmp(&order(shown, other)));
    report.waived.sort_by(|one, other| order(shown, &one.finding).cmp(&order(shown, &other.finding)));
    report.totals.waived = report.waived.len();
    report
        .undecided
        .sort_by_cached_key(|undecided| undecided.span.map(|span| (shown.path(span.source).to_owned(), span)));
    report
}

/// Which policies preflight.yaml switches off: what is not judged is said.
fn switched_off(project: &Project) -> Option<String> {
    let off = project.set.adjusted.iter().filter(|adjusted| adjusted.now.is_none());
    let off: Vec<&str> = off.map(|adjusted| adjusted.policy.as_str()).collect();
    let policies = if off.len() == 1 { "policy is" } else { "policies are" };
    let message = || format!("{} {policies} switched off by preflight.yaml: {}", off.len(), off.join(", "));
    (!off.is_empty()).then(message)
}

/// That a change touches no document: a run that is green for that says so.
fn nothing_changed(project: &Project) -> Option<String> {
    let change = project.touched.as_ref().filter(|change| !change.all && change.documents == 0)?;
    let documents = counted(project.read.documents.len(), "document");
    Some(format!("none of {documents} is changed since {}: there is nothing to judge", change.base))
}

/// What the policies in force say of themselves, those that were asked for.
fn rules<'a>(project: &'a Project, wanted: &'a dyn Fn(&str) -> bool) -> impl Iterator<Item = Rule> + 'a {
    let policies = project.set.policies.iter().filter(|policy| wanted(&policy.id.value));
    policies.map(|policy| {
        let pack = project.set.packs.get(policy.pack);
        Rule {
            id: policy.id.value.clone(),
            pack: pack.map(|pack| format!("{} {}", pack.name, pack.version).trim().to_owned()).unwrap_or_default(),
            severity: policy.severity.otherwise,
            says: policy.says.clone(),
            advice: Arc::clone(&policy.advice),
            span: policy.id.span,
        }
    })
}

/// Why a run of chosen policies says nothing: none of them could be judged.
fn nothing_judged(args: &CheckArgs, report: &Report) -> Option<Problem> {
    if args.policy.is_empty() || report.totals.decided > 0 || report.totals.policies == 0 {
        return None;
    }
    let because = report.states.iter().find_map(|policy| match &policy.state {
        RunState::NotJudged { because } | RunState::OutOfScope { because } => Some(format!(": {because}")),
        RunState::Idle | RunState::Judged(_) => None,
    });
    let message = format!("no policy that was asked for could be judged{}", because.unwrap_or_default());
    Some(Problem::path("usage", "--policy", message))
}

/// Takes in what is to be shown of a project; how many findings are not.
fn take(args: &CheckArgs, project: &Project, excepted: Excepted, report: &mut Report) -> usize {
    let Excepted { mut findings, waived, known, faults, .. } = excepted;
    let all = findings.len() + faults.len();
    let before = report.findings.len();
    findings.retain(|finding| is_shown(args, project, finding));
    if before == 0 {
        // There may be many, and mostly there is one project.
        report.findings = findings;
    } else {
        report.findings.append(&mut findings);
    }
    let faults =
        faults.into_iter().filter(|(policy, finding)| fault_is_shown(args, project, policy.as_deref(), finding));
    report.findings.extend(faults.map(|(_, finding)| finding));
    let hidden = all - (report.findings.len() - before);
    report.waived.extend(waived.into_iter().filter(|waived| is_shown(args, project, &waived.finding)));
    report.totals.known += known.iter().filter(|finding| is_shown(args, project, finding)).count();
    hidden
}

/// Whether what is wrong with a waiver lies below the paths and is about the labels and the policies that were asked for.
fn fault_is_shown(args: &CheckArgs, project: &Project, policy: Option<&str>, finding: &Finding) -> bool {
    let Some(span) = finding.span() else { return true };
    let is_it = |wanted: &String| {
        *wanted == finding.policy || policy.is_some_and(|policy| policy.split('/').next() == wanted.split('/').next())
    };
    let narrowed = args.stdin.service.is_some() || args.stdin.environment.is_some();
    let about = !narrowed
        || labels_of(project, span).any(|(service, environment)| is_about(args, project, service, environment));
    about && (args.policy.is_empty() || args.policy.iter().any(is_it)) && project.scope.holds(span.source)
}

/// What findings are sorted by: path and place, then policy.
pub(super) fn order<'a>(shown: Shown<'a>, finding: &'a Finding) -> ((&'a str, Option<Span>), &'a str) {
    (sort_key(shown, finding.span(), &finding.anchor), &finding.policy)
}

/// Path and place: a parallel run prints the same bytes as another.
fn sort_key<'a>(shown: Shown<'a>, span: Option<Span>, anchor: &'a Anchor) -> (&'a str, Option<Span>) {
    match anchor {
        Anchor::At(_) => (span.map(|span| shown.path(span.source)).unwrap_or_default(), span),
        Anchor::Missing(path) => (path, None),
    }
}

fn count(report: &mut Report, project: &Project) {
    for (name, count) in &project.read.counts {
        match report.totals.documents.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum += count,
            None => report.totals.documents.push((name, *count)),
        }
    }
    report.totals.facts += project.read.facts.len();
    if let Some(change) = project.touched.as_ref().filter(|change| !change.all) {
        *report.totals.changed.get_or_insert(0) += change.documents - change.gone;
        report.totals.gone += change.gone;
    }
    for pack in &project.set.packs {
        let name = format!("{} {}", pack.name, pack.version).trim().to_owned();
        if !report.totals.packs.contains(&name) {
            report.totals.packs.push(name);
        }
    }
}

/// Whether a finding lies below the paths and is about the labels that were asked for.
pub(super) fn is_shown(args: &CheckArgs, project: &Project, finding: &Finding) -> bool {
    // A secret that dev and prod share is about both: the places of a finding count like its own labels.
    let of_places = finding
        .labels
        .iter()
        .filter(|label| label.role == LabelRole::Fact)
        .flat_map(|label| labels_of(project, label.span));
    let own = (finding.service.as_deref(), finding.environment.as_deref());
    let about = of_places.chain([own]).any(|(service, environment)| is_about(args, project, service, environment));
    let base = finding.policy.split('/').next();
    let is_it = |wanted: &String| *wanted == finding.policy || Some(wanted.as_str()) == base;
    // What nobody could read may break any policy, also the only one that is asked for.
    let unread = finding.policy == project::NOT_UNDERSTOOD;
    let sub_id = args.policy.is_empty() || unread || args.policy.iter().any(is_it);
    let facts = finding.labels.iter().filter(|label| label.role == LabelRole::Fact).map(|label| label.span);
    let placed = match finding.anchor {
        Anchor::At(span) => std::iter::once(span).chain(facts).any(|span| project.scope.holds(span.source)),
        Anchor::Missing(_) => project.scope.whole,
    };
    about && sub_id && placed
}

/// The labels of the documents that a place stands in.
fn labels_of(project: &Project, span: Span) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    let documents = project.read.facts.documents().iter().filter(move |document| document.source == span.source);
    documents.map(|document| (document.service.text(), document.environment.text()))
}

/// Whether labels are those that were asked for; of standard input they say what it is, and ask for nothing.
fn is_about(args: &CheckArgs, project: &Project, service: Option<&str>, environment: Option<&str>) -> bool {
    let stdin = args.paths.iter().any(|path| path.as_os_str() == "-");
    let is = |label: Field, own: Option<&str>, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| own.is_some_and(|own| project.set.spellings.same(label, own, wanted)))
    };
    stdin
        || (is(Field::Service, service, args.stdin.service.as_deref())
            && is(Field::Environment, environment, args.stdin.environment.as_deref()))
}

pub(super) fn undecided_is_shown(args: &CheckArgs, project: &Project, undecided: &Undecided) -> bool {
    let Some(span) = undecided.span else { return true };
    let mut labels = labels_of(project, span).peekable();
    let about =
        labels.peek().is_none() || labels.any(|(service, environment)| is_about(args, project, service, environment));
    about && project.scope.holds(span.source)
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
