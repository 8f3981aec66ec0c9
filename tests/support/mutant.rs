//! Mutants: a pack in which one thing is otherwise. A condition is dropped, a literal is another, an exemption is gone, a
//! cell of the matrix asks something else. Words for people (`why`, `fix`, `says`) and severities stay: no case asserts them.

mod condition;
mod matrix;
mod shape;

use super::pack::Pack;
use preflight::fact::Kind;
use serde_json::Value;

/// A pack in which one thing is otherwise.
pub struct Mutant {
    /// What is otherwise: `no-drop-column unless/0: removed`.
    pub name: String,
    /// The pack.
    pub pack: Pack,
    /// The policies that may notice.
    pub policies: Vec<String>,
}

/// Every mutant of a pack.
pub fn all(pack: &Pack) -> Vec<Mutant> {
    let params = params(pack);
    let types: Vec<String> = pack.types.keys().cloned().collect();
    let mut mutants = Vec::new();
    for (id, policy) in &pack.policies {
        let mut changes = Changes::new(policy, &params, &types);
        changes.policy();
        for (what, changed) in changes.out {
            let mut pack = pack.clone();
            pack.policies.insert(id.clone(), changed);
            mutants.push(Mutant { name: format!("{id} {what}"), pack, policies: vec![id.clone()] });
        }
    }
    for (name, ty) in &pack.types {
        let mut changes = Changes::new(ty, &params, &types);
        changes.value_type();
        for (what, changed) in changes.out {
            let mut mutant = pack.clone();
            mutant.types.insert(name.clone(), changed);
            mutants.push(Mutant {
                name: format!("type {name} {what}"),
                pack: mutant,
                policies: pack.users("is_a", name),
            });
        }
    }
    for (name, _) in &params {
        let mut changes = Changes::new(&pack.header, &params, &types);
        changes.names(&format!("/params/{name}/default"));
        for (what, changed) in changes.out {
            let mut mutant = pack.clone();
            mutant.header = changed;
            mutants.push(Mutant { name: format!("pack {what}"), pack: mutant, policies: pack.users("param", name) });
        }
    }
    mutants.extend(directions(pack));
    mutants
}

/// The file-name patterns of migrations that go back: whoever asks for a direction may notice.
fn directions(pack: &Pack) -> Vec<Mutant> {
    let mut changes = Changes::new(&pack.header, &[], &[]);
    for direction in keys(pack.header.get("directions")) {
        changes.names(&format!("/directions/{direction}"));
    }
    let mutant = |(what, header): (String, Value)| {
        let policies = pack.policies.keys().cloned().collect();
        let mut mutant = pack.clone();
        mutant.header = header;
        Mutant { name: format!("pack {what}"), pack: mutant, policies }
    };
    changes.out.into_iter().map(mutant).collect()
}

/// The params of a pack: (name, what its values name).
fn params(pack: &Pack) -> Vec<(String, String)> {
    let params = pack.header.get("params").and_then(Value::as_object);
    let of = |param: &Value| param.get("of").and_then(Value::as_str).unwrap_or("").to_owned();
    params.into_iter().flatten().map(|(name, param)| (name.clone(), of(param))).collect()
}

/// The changes of one value: a policy, a type, a pack.yaml. Places are JSON pointers.
struct Changes<'a> {
    root: &'a Value,
    params: &'a [(String, String)],
    types: &'a [String],
    out: Vec<(String, Value)>,
}

impl<'a> Changes<'a> {
    fn new(root: &'a Value, params: &'a [(String, String)], types: &'a [String]) -> Self {
        Self { root, params, types, out: Vec::new() }
    }

    fn get(&self, at: &str) -> Option<&'a Value> {
        self.root.pointer(at)
    }

    fn text(&self, at: &str) -> &'a str {
        self.get(at).and_then(Value::as_str).unwrap_or("")
    }

    fn keys(&self, at: &str) -> Vec<String> {
        keys(self.get(at))
    }

    fn len(&self, at: &str) -> usize {
        self.get(at).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// The same with another value at a place.
    fn replace(&mut self, at: &str, value: Value) {
        let mut changed = self.root.clone();
        if let Some(place) = changed.pointer_mut(at) {
            let what = format!("{}: {place} -> {value}", shown(at));
            *place = value;
            self.out.push((what, changed));
        }
    }

    /// The same without a place. What holds it goes too where nothing is left in it.
    fn remove(&mut self, at: &str) {
        let mut changed = self.root.clone();
        remove(&mut changed, at);
        self.out.push((format!("{}: removed", shown(at)), changed));
    }

    /// Each item of a list removed, where more than one is there.
    fn drop_items(&mut self, at: &str) {
        let len = self.len(at);
        for index in (0..len).filter(|_| len > 1) {
            self.remove(&format!("{at}/{index}"));
        }
    }

    /// A list of names: each dropped, each another.
    fn names(&mut self, at: &str) {
        if self.get(at).is_some_and(Value::is_array) {
            self.drop_items(at);
            (0..self.len(at)).for_each(|index| self.name(&format!("{at}/{index}")));
        }
    }

    /// A name: another one; where it is a pattern also the pattern without a star, and without its end.
    fn name(&mut self, at: &str) {
        let name = self.text(at);
        if !name.contains('*') {
            return self.replace(at, format!("{name}-mutant").into());
        }
        let (open, closed) = (name.trim_start_matches('*'), name.trim_end_matches('*'));
        for other in [open, closed, &format!("*{open}"), &format!("{closed}*")] {
            if other != name {
                self.replace(at, other.into());
            }
        }
    }
}

fn keys(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_object).map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

fn remove(root: &mut Value, at: &str) {
    let Some((parent, last)) = at.rsplit_once('/') else { return };
    let left = match root.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(last);
            map.len()
        }
        Some(Value::Array(items)) => {
            if let Ok(index) = last.parse::<usize>() {
                items.remove(index);
            }
            items.len()
        }
        _ => return,
    };
    if left == 0 && parent == "/unless" {
        remove(root, parent);
    }
}

fn shown(at: &str) -> &str {
    at.trim_start_matches('/')
}

/// The kinds of fact among the keys of a rule.
fn kinds(keys: &[String]) -> Vec<(String, Kind)> {
    keys.iter().filter_map(|key| Some((key.clone(), Kind::named(key)?))).collect()
}
