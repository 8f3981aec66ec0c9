//! Waivers and the baseline before and after a change, read as they are judged, and counted.

use crate::source::{SourceId, SourceMap};
use crate::waive::baseline::{self, Baseline};
use crate::waive::{Target, Waiver, file};

/// The waivers of a file of waivers, each as one text that is never shown; none where it cannot be read.
pub(super) fn waivers(text: &str) -> Option<Vec<String>> {
    file::load(no_source(), text).ok().map(|waivers| waivers.iter().map(waiver).collect())
}

/// What a baseline knows; none where it cannot be read.
pub(super) fn known(text: &str) -> Option<Baseline> {
    baseline::load(no_source(), text).ok()
}

/// A waiver as one text that does not depend on where it stands. Never shown.
pub(super) fn waiver(waiver: &Waiver) -> String {
    let target = match &waiver.target {
        Target::Here(reach) => (reach.what, "", 0),
        Target::Named { path, object, findings } => (path.value.as_str(), object.value.as_str(), *findings),
    };
    let terms = &waiver.terms;
    let [reason, owner, ticket] =
        [&terms.reason, &terms.owner, &terms.ticket].map(|text| text.as_ref().map(|text| text.value.as_str()));
    let until = terms.until.as_ref().map(|until| until.value);
    format!("{:?}", (waiver.policy.value.as_str(), target, reason, until, owner, ticket))
}

/// A source for places that nobody looks at.
fn no_source() -> SourceId {
    SourceMap::new().add("", "")
}
