//! JSON Schemas, generated from the tables that the program itself reads.

/// The names of the schemas.
pub fn names() -> Vec<&'static str> {
    vec!["policy", "config", "report"]
}

/// The schema called `name`, as text with a final line end.
pub fn text(name: &str) -> Option<String> {
    let schema = match name {
        "report" => crate::report::json::schema(),
        _ => return None,
    };
    serde_json::to_string_pretty(&schema).ok().map(|text| text + "\n")
}
