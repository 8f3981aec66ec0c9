//! The deploy fact out of what stands under `build` and `deploy`, wherever these two nodes come from.

use super::section::integer;
use crate::fact::{Cause, Fact, Field, Kind, State, Value, Word};
use crate::source::Span;
use crate::tree::{Node, NodeValue};

/// Seconds that Railway waits for the health check where nothing is said (docs.railway.com, healthchecks).
const HEALTH_CHECK_TIMEOUT: i64 = 300;

/// One layer of settings; a later layer overrides an earlier one key by key.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layer<'a> {
    /// The mapping under `build`.
    pub build: Option<&'a Node>,
    /// The mapping under `deploy`.
    pub deploy: Option<&'a Node>,
}

/// Where a setting would stand that is not written.
#[derive(Clone, Copy, Debug)]
pub struct Gaps {
    /// At the end of `build`.
    pub build: Span,
    /// At the end of `deploy`.
    pub deploy: Span,
}

/// What the platform will build and run: the layers from the weakest to the strongest, read as one. A value of a wrong
/// form is unknown; that it is one, the document says.
pub fn fact(layers: &[Layer<'_>], anchor: Span, gaps: Gaps) -> Fact {
    let build = |key: &str| layers.iter().rev().find_map(|layer| layer.build?.get(key));
    let deploy = |key: &str| layers.iter().rev().find_map(|layer| layer.deploy?.get(key));
    let builder = match word(build("builder"), KindWords::Builder, gaps.build) {
        State::Absent(_) => State::Defaulted(Value::Word("railpack"), gaps.build),
        state => state,
    };
    let timeout = match number(deploy("healthcheckTimeout"), gaps.deploy) {
        State::Absent(_) => State::Defaulted(Value::Number(HEALTH_CHECK_TIMEOUT), gaps.deploy),
        state => state,
    };
    Fact::new(Kind::Deploy, anchor)
        .with_state(Field::Builder, builder)
        .with_state(Field::DockerfilePath, text(build("dockerfilePath"), gaps.build))
        .with_state(Field::WatchPatterns, texts(build("watchPatterns"), gaps.build))
        .with_state(Field::StartCommand, text(deploy("startCommand"), gaps.deploy))
        .with_state(Field::PreDeployCommand, commands(deploy("preDeployCommand"), gaps.deploy))
        .with_state(Field::HealthCheckPath, text(deploy("healthcheckPath"), gaps.deploy))
        .with_state(Field::HealthCheckTimeout, timeout)
        .with_state(Field::RestartPolicy, word(deploy("restartPolicyType"), KindWords::Restart, gaps.deploy))
        .with_state(Field::RestartRetries, number(deploy("restartPolicyMaxRetries"), gaps.deploy))
        .with_state(Field::Replicas, replicas(layers, gaps.deploy))
        .with_state(Field::CronSchedule, text(deploy("cronSchedule"), gaps.deploy))
}

/// Where the value stands, without its quotes.
fn inside(node: &Node) -> Span {
    match &node.value {
        NodeValue::Text(text) if !text.text().is_empty() => text.whole(),
        _ => node.span,
    }
}

fn unknown(node: &Node, expected: &str) -> State {
    State::Unknown(node.span, Cause::new(format!("is {}", node.describe()), format!("Write {expected}.")))
}

/// Text that says something; an empty one is the same as none.
fn text(node: Option<&Node>, gap: Span) -> State {
    let Some(node) = node else { return State::Absent(Some(gap)) };
    match &node.value {
        NodeValue::Null => State::Absent(Some(gap)),
        NodeValue::Text(text) if text.text().trim().is_empty() => State::Absent(Some(gap)),
        NodeValue::Text(text) => State::Stated(text.text().into(), text.whole()),
        _ => unknown(node, "text"),
    }
}

/// One command, or a list of them that run one behind the other.
fn commands(node: Option<&Node>, gap: Span) -> State {
    let Some((node, items)) = node.and_then(|node| Some((node, node.items()?))) else { return text(node, gap) };
    let texts: Option<Vec<&str>> = items.iter().map(Node::text).collect();
    let Some(texts) = texts else { return unknown(node, "text or a list of texts") };
    let said: Vec<&str> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
    match items {
        _ if said.is_empty() => State::Absent(Some(gap)),
        [one] => State::Stated(said.concat().into(), inside(one)),
        _ => State::Stated(said.join(" && ").into(), node.span),
    }
}

/// A list of texts; an empty one is the same as none.
fn texts(node: Option<&Node>, gap: Span) -> State {
    let Some(node) = node.filter(|node| !is_nothing(node)) else { return State::Absent(Some(gap)) };
    let texts = node.items().and_then(|items| items.iter().map(Node::text).collect::<Option<Vec<&str>>>());
    match texts.as_deref() {
        None => unknown(node, "a list of texts"),
        Some([]) => State::Absent(Some(gap)),
        Some(texts) => State::Stated(Value::List(texts.iter().map(|text| Value::from(*text)).collect()), node.span),
    }
}

fn number(node: Option<&Node>, gap: Span) -> State {
    let Some(node) = node.filter(|node| !is_nothing(node)) else { return State::Absent(Some(gap)) };
    match integer(node) {
        Some(number) => State::Stated(Value::Number(number), inside(node)),
        None => unknown(node, "a whole number"),
    }
}

/// `null`, or text without a character.
fn is_nothing(node: &Node) -> bool {
    node.value == NodeValue::Null || node.text().is_some_and(|text| text.trim().is_empty())
}

/// The two closed lists of words.
#[derive(Clone, Copy)]
enum KindWords {
    Builder,
    Restart,
}

impl KindWords {
    /// The vocabulary's words; the last one stands for all others.
    fn words(self) -> &'static [Word] {
        let field = match self {
            Self::Builder => Field::Builder,
            Self::Restart => Field::RestartPolicy,
        };
        match Kind::Deploy.def().field(field).map(|def| def.ty) {
            Some(crate::fact::Type::Enum(words)) => words,
            _ => &[],
        }
    }
}

/// A word of a closed list, in either case: Railway's own documentation writes `DOCKERFILE` and `dockerfile`.
fn word(node: Option<&Node>, list: KindWords, gap: Span) -> State {
    let Some(node) = node.filter(|node| !is_nothing(node)) else { return State::Absent(Some(gap)) };
    let Some(text) = node.text() else { return unknown(node, "text") };
    let lower = text.trim().to_ascii_lowercase();
    let known = list.words().iter().find(|word| word.name == lower && word.name != "other");
    State::Stated(Value::Word(known.map_or("other", |word| word.name)), inside(node))
}

/// How many run over all regions, by the strongest layer that says something of it; regions win over `numReplicas`
/// there, since Railway's own exports write both and the regions are what it acts by.
fn replicas(layers: &[Layer<'_>], gap: Span) -> State {
    for deploy in layers.iter().rev().filter_map(|layer| layer.deploy) {
        let regions = deploy.get("multiRegionConfig").filter(|node| !is_nothing(node));
        if let Some(regions) = regions.filter(|node| node.entries().is_none_or(|entries| !entries.is_empty())) {
            return in_regions(regions);
        }
        if let Some(number) = deploy.get("numReplicas").filter(|node| !is_nothing(node)) {
            return self::number(Some(number), gap);
        }
    }
    State::Defaulted(Value::Number(1), gap)
}

/// The sum over all regions: one in a region that says nothing, none where the region is `null`.
fn in_regions(node: &Node) -> State {
    let Some(regions) = node.entries() else { return unknown(node, "a mapping") };
    let mut sum = 0_i64;
    for region in regions {
        let many = match (&region.value.value, region.value.get("numReplicas")) {
            (NodeValue::Null, _) => Some(0),
            (NodeValue::Map(_), None) => Some(1),
            (_, Some(number)) => integer(number),
            (_, None) => None,
        };
        let Some(many) = many else { return unknown(&region.value, "`numReplicas` as a whole number") };
        sum = sum.saturating_add(many);
    }
    match regions {
        // One region: the number itself is what is to be seen.
        [one] => {
            let number = one.value.get("numReplicas");
            State::Stated(Value::Number(sum), number.map_or(one.value.span, inside))
        }
        _ => State::Stated(Value::Number(sum), node.span),
    }
}
