//! YAML as a plain value: what is read, changed and written again. JSON is YAML, so it is written as JSON.

use preflight::source::SourceMap;
use preflight::tree::{self, Format, Node, NodeValue};
use serde_json::{Map, Value};

/// Reads a YAML text; the errors name `what` and the line.
pub fn read(what: &str, text: &str) -> Result<Value, String> {
    let mut sources = SourceMap::new();
    let source = sources.add(what, text);
    let tree = tree::parse(Format::Yaml, source, text).map_err(|errors| {
        let lines = errors.iter().map(|error| {
            let place = sources.shown().place(error.span);
            format!("{what}:{}:{}: {error}", place.line, place.column)
        });
        lines.collect::<Vec<_>>().join("\n")
    })?;
    value(&tree).map_err(|message| format!("{what}: {message}"))
}

fn value(node: &Node) -> Result<Value, String> {
    Ok(match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(yes) => Value::Bool(*yes),
        NodeValue::Number(text) => serde_json::from_str(text).map_err(|_| format!("`{text}` is no number of JSON"))?,
        NodeValue::Text(text) => Value::String(text.text().to_owned()),
        NodeValue::Seq(items) => Value::Array(items.iter().map(value).collect::<Result<_, _>>()?),
        NodeValue::Map(entries) => {
            let mut map = Map::new();
            for entry in entries {
                if map.insert(entry.key.value.clone(), value(&entry.value)?).is_some() {
                    return Err(format!("`{}` stands in one mapping twice", entry.key.value));
                }
            }
            Value::Object(map)
        }
    })
}

/// Writes a value as a text that is read as YAML.
pub fn write(value: &Value) -> String {
    format!("{value:#}\n")
}
