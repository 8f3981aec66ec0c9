//! Exports of whole services in which secrets are planted, and referred to.

use super::{Planted, passwords, recognisable, url, values};

/// The services of an environment or a template, with references to what is planted.
pub fn services(template: bool, planted: &mut Planted, next: &mut dyn FnMut() -> usize) -> String {
    let key = if template { "defaultValue" } else { "value" };
    let mut variables = serde_json::Map::new();
    for (index, secret) in recognisable(next()).iter().chain(&values(next())).enumerate() {
        variables.insert(format!("NAME_{index}"), serde_json::json!({ key: planted.plant(secret) }));
        variables.insert(format!("WHOLE_{index}"), serde_json::json!({ key: format!("${{{{NAME_{index}}}}}") }));
        variables.insert(
            format!("PART_{index}"),
            serde_json::json!({ key: format!("postgresql://${{{{NAME_{index}}}}}:x@${{{{NAME_{index}}}}}/d") }),
        );
        variables
            .insert(format!("LINK_{index}"), serde_json::json!({ key: format!("https://${{{{NAME_{index}}}}}/a") }));
    }
    // What looks like a host or a role is a secret all the same where it is put together.
    variables.insert("WORD".into(), serde_json::json!({ key: planted.plant("madeupplainlowercaseword") }));
    variables
        .insert("FROM_WORD".into(), serde_json::json!({ key: "postgresql://${{WORD}}:x@${{WORD}}:5432/${{WORD}}" }));
    variables.insert("LINK_WORD".into(), serde_json::json!({ key: "https://${{WORD}}.example.com/" }));
    for (index, password) in passwords(next()).iter().enumerate() {
        variables.insert(
            format!("URL_{index}"),
            serde_json::json!({ key: url(&planted.plant(password)), "description": planted.plant(password) }),
        );
        variables.insert(format!("POOL_{index}"), serde_json::json!({ key: format!("${{{{URL_{index}}}}}") }));
    }
    for secret in recognisable(next()) {
        variables.insert(planted.plant(&secret), serde_json::json!({ key: "a name that is a secret" }));
        variables.insert(
            format!("TO_{}", variables.len()),
            serde_json::json!({ key: format!("${{{{{secret}}}}} ${{{{{secret}.A}}}}") }),
        );
    }
    variables.insert(
        "SEALED".into(),
        serde_json::json!({ "isSealed": true, key: planted.plant(&format!("MADEUPsealedValue{}", next())) }),
    );
    variables.insert("ODD".into(), serde_json::json!({ key: [planted.plant("MADEUPinAList02")] }));
    let mut service = serde_json::json!({ "variables": variables, "deploy": { "startCommand": format!("run {}", planted.plant(&recognisable(next())[0])) },
        "unknown": { "deep": planted.plant(&format!("MADEUPunknownKey{}", next())) } });
    if template {
        service["name"] = serde_json::json!("api");
    }
    let shared = serde_json::json!({ "A": { key: planted.plant(&format!("MADEUPcommonWord{}", next())) } });
    let all = serde_json::json!({ "services": { "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01": service }, "sharedVariables": shared });
    serde_json::to_string_pretty(&all).unwrap()
}

/// Policies with secrets in their conditions, in their names, and in columns that nobody asks for.
pub fn policies(planted: &mut Planted, next: &mut dyn FnMut() -> usize) -> String {
    let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
    let word = planted.plant(&format!("MADEUPinCondition{}", next()));
    let comment = planted.plant(&format!("MADEUPinAComment{}", next()));
    format!(
        "schemaname,tablename,policyname,permissive,roles,cmd,qual,with_check,comment\n\
         public,notes,{},PERMISSIVE,\"{{anon,{}}}\",SELECT,\"(token = '{word}'::text)\",\"{word}\",{comment}\n\
         {},{},p,PERMISSIVE,{{anon}},ALL,true,,{comment}\n\
         public,notes,p,{word},{{anon}},ALL,true,,x\npublic,notes,p,PERMISSIVE,{word},{comment},true,,x\npublic,{word}\n",
        keys[0], keys[2], keys[1], keys[3]
    )
}

/// Tables as JSON, with secrets as names, keys and values.
pub fn tables(planted: &mut Planted, next: &mut dyn FnMut() -> usize) -> String {
    let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
    let word = planted.plant(&format!("MADEUPinACell{}", next()));
    serde_json::to_string_pretty(&serde_json::json!([
        { "schemaname": "public", "tablename": keys[0], "rowsecurity": false, "tablespace": word, keys[1].clone(): word },
        { "schemaname": keys[2], "tablename": "notes", "rowsecurity": word },
        { "schemaname": { "a": word }, "tablename": [word, 98765432123_u64], "rowsecurity": true },
        word,
    ]))
    .unwrap()
}

/// What is no export, and what was cut.
pub fn broken(planted: &mut Planted, next: &mut dyn FnMut() -> usize) -> String {
    let keys: Vec<String> = recognisable(next()).iter().map(|key| planted.plant(key)).collect();
    let word = planted.plant(&format!("MADEUPinABrokenRow{}", next()));
    format!("grantee,{}\n\"{word},{}\n{word}|x\n", keys[0], keys[1])
}
