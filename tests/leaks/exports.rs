//! Exports of whole projects with secrets in every place where one has been put, and in places that nobody documented.

use super::marks::Marks;
use super::plants::{Plant, plant};
use serde_json::{Value, json};

const ID: [&str; 3] = [
    "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e01",
    "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e02",
    "3f0c1d52-77aa-4c1e-9b0e-0a1b2c3d4e03",
];

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// What stands under `variables`, with `value` or `defaultValue` for the key of a value.
fn variables(m: &mut Marks, key: &str) -> Value {
    json!({
        "PLAIN": { key: m.text(), "description": m.text(), "generator": m.text(), "other": [m.text()] },
        "URL": { key: m.url(Marks::odd_password), "encryptedValue": m.text() },
        "KEY": { key: m.key() },
        "SEALED": { "isSealed": true, key: m.text(), "note": { "deep": m.key() } },
        "MASKED": { key: "*****", "old": m.text() },
        "NUMBER": { key: { "nested": m.text() } },
        "BARE": m.text(),
        "WHOLE": { key: "${{shared.SECRET}}" },
        "PARTS": { key: format!("postgresql://${{{{USER}}}}:${{{{PLAIN}}}}@${{{{PLAIN}}}}:5432/${{{{PLAIN}}}}?x={}", m.text()) },
        "HOSTED": { key: "https://${{WORD}}/${{PLAIN}}" },
        "WORD": { key: m.text() },
        "USER": { key: m.text() },
        "LOST": { key: format!("${{{{{}}}}} ${{{{{}.X}}}} ${{{{shared.{}}}}}", m.key(), m.key(), m.key()) },
        m.key(): { key: m.text() },
        m.jwt(): null,
    })
}

fn deploy(m: &mut Marks) -> Value {
    json!({
        "startCommand": format!("serve --key {} {}", m.key(), m.url(Marks::odd_password)),
        "preDeployCommand": [format!("psql {}", m.url(Marks::encoded_password))],
        "healthcheckPath": format!("/h?{}", m.key()), "cronSchedule": m.jwt(), "restartPolicyType": m.key(),
        "registryCredentials": { "username": m.text(), "password": m.text() }, "future": { "a": m.text() }, "numReplicas": m.key(),
    })
}

fn service(m: &mut Marks, key: &str) -> Value {
    json!({
        "source": { "repo": m.key(), "image": format!("registry/{}:1", m.key()), "rootDirectory": m.key(), "upstreamUrl": m.url(Marks::odd_password) },
        "networking": { "serviceDomains": { "quay.up.railway.app": { "port": 1 }, m.key(): {} }, "customDomains": { m.text(): {} },
                        "tcpProxies": { m.key(): {} }, "private": m.text() },
        "variables": variables(m, key),
        "build": { "builder": m.key(), "buildCommand": format!("TOKEN={} make", m.key()), "watchPatterns": [m.key()], "new": m.text() },
        "deploy": deploy(m),
        "volumeMounts": { ID[2]: { "mountPath": m.text() } },
        "groupId": m.text(),
        m.key(): m.text(),
    })
}

pub fn environment(m: &mut Marks) -> Vec<Plant> {
    let all = json!({
        "services": { ID[0]: service(m, "value"), m.key(): { "variables": { "A": { "value": m.text() } } }, ID[1]: m.text() },
        "sharedVariables": { "SECRET": { "value": m.text() }, "KEY": { "value": m.key() } },
        "volumes": { ID[2]: { "alerts": [m.text()] } }, "degraded": [m.text()], m.key(): m.text(),
    });
    let broken = format!(
        "{{\"services\": {{\"{}\": {{\"variables\": {{\"A\": {{\"value\": \"{}\"}}}}\n{}",
        ID[0],
        m.text(),
        m.key()
    );
    vec![
        plant("railway/prod/environment.json", pretty(&all)),
        plant("railway/prod/environment-broken.json", broken),
        plant("railway/prod/environment-list.json", format!("[\"{}\"]", m.text())),
    ]
}

pub fn template(m: &mut Marks) -> Vec<Plant> {
    let mut first = service(m, "defaultValue");
    first["name"] = json!("quay");
    let second = json!({ "name": m.key(), "icon": m.url(Marks::odd_password), "variables": { "A": { "defaultValue": m.text() } } });
    let all = json!({ "services": { ID[0]: first, ID[1]: second }, "buckets": { "a": m.text() } });
    vec![plant("railway/template.json", pretty(&all)), plant("railway/template-number.json", m.token())]
}

pub fn status(m: &mut Marks) -> Vec<Plant> {
    let instance = json!({
        "serviceId": ID[0], "serviceName": m.key(), "startCommand": m.text(), "cronSchedule": m.text(),
        "latestDeployment": { "status": m.key(), "meta": { "commitMessage": m.text(), "env": { m.key(): m.text() } }, "creator": m.text() },
        "source": { "repo": m.key(), "image": m.key() },
        "domains": { "serviceDomains": [{ "domain": m.key() }], "customDomains": [m.text()] },
    });
    let all = json!({
        "name": m.key(), "workspace": { "name": m.text() },
        "environments": { "edges": [
            { "node": { "name": "production", "serviceInstances": { "edges": [{ "node": instance }, { "node": m.text() }] } } },
            { "node": { "name": m.key(), "canAccess": false } },
        ] },
        "services": { "edges": [{ "node": { "id": ID[0], "name": m.jwt() } }, { "node": { "id": m.key(), "name": "x" } }] },
        "buckets": [m.text()], m.key(): m.text(),
    });
    let broken = [
        format!("{{\"environments\": {{\"edges\": [{{\"node\": \"{}\"\n", m.text()),
        pretty(&json!({ "other": m.text() })),
    ];
    let mut plants = vec![plant("railway/status.json", pretty(&all))];
    let broken = broken.iter().enumerate();
    plants.extend(broken.map(|(index, text)| plant(&format!("railway/status{index}.json"), text)));
    plants
}

pub fn graph(m: &mut Marks) -> Vec<Plant> {
    let variables = json!({
        "A": { "type": "literal", "value": m.text() }, "B": { "type": "raw", "value": m.url(Marks::odd_password) },
        "C": { "type": "reference", "resource": m.key(), "output": m.key() }, "D": { "type": "sharedReference", "name": m.key() },
        "E": { "type": "preserve", "value": m.text() }, "F": { "type": m.key(), "value": m.text() }, "G": m.text(), m.key(): { "type": "literal", "value": m.text() },
    });
    let all = json!({
        "version": 1, "project": { "name": m.key() }, "environments": [{ "name": m.key() }],
        "resources": [
            { "address": m.key(), "type": "service", "name": "quay", "variables": variables, "deploy": deploy(m), "extra": m.text() },
            { "address": "a", "type": "database", "name": m.key(), "engine": m.text() },
            { "address": "b", "type": "volume", "name": m.key(), "mount": m.text() }, m.text(),
        ],
        "edges": [{ "key": m.key() }], "plan": m.text(),
    });
    vec![
        plant("railway/graph.json", pretty(&all)),
        plant("railway/graph-broken.json", format!("{{\"resources\": [\"{}\"", m.text())),
    ]
}

pub fn kv(m: &mut Marks) -> Vec<Plant> {
    let all = format!(
        "A={}\nB={}\nstill B {}\nC=\"{}\" # {}\nAB={}\n{}={}\nD=-----BEGIN PRIVATE KEY-----\n{}\nX={}\n-----END PRIVATE KEY-----\nE={}\n\n{}\n",
        m.text(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.text(),
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.url(Marks::odd_password),
        m.text(),
    );
    vec![
        plant("railway/prod/api.kv", all),
        plant("railway/prod/first.kv", format!("{}\n{}=1\nA=2\n", m.text(), m.key())),
        plant("railway/prod/json.kv", format!("{{\"A\": \"{}\"}}", m.text())),
        plant("railway/prod/table.kv", format!("╔══ Variables ══╗\n║ A │ {} ║\n", m.text())),
    ]
}

pub fn iac(m: &mut Marks) -> Vec<Plant> {
    let text =
        format!("// {}\nservice(\"a\", {{ env: {{ A: \"{}\", {}: `{}` }} }});\n", m.key(), m.text(), m.key(), m.text());
    vec![plant(".railway/railway.ts", &text), plant(".railway/railway.py", text.replace("//", "#"))]
}

/// Exports of a database's catalog: conditions of policies, passwords and settings of roles, columns that nobody asks for.
pub fn catalog(m: &mut Marks) -> Vec<Plant> {
    let policies = format!(
        "schemaname,tablename,policyname,permissive,roles,cmd,qual,with_check,{}\npublic,notes,{},PERMISSIVE,\"{{anon,{}}}\",ALL,\"(key = '{}'::text)\",{},\"{}\n{}\"\n\
         {},{},p,{},{{public}},{},true,,x\n",
        m.key(),
        m.key(),
        m.jwt(),
        m.text(),
        m.text(),
        m.text(),
        m.key(),
        m.key(),
        m.token(),
        m.text(),
        m.text(),
    );
    let roles = format!(
        "rolname;rolpassword;rolsuper;rolbypassrls;rolcanlogin;rolconfig\nreporting;{};f;f;t;\"{{app.key={},x={}}}\"\n{};x;{};f;t;\n\"{}\";\"{}\n{};f\n",
        m.text(),
        m.text(),
        m.key(),
        m.key(),
        m.text(),
        m.jwt(),
        m.text(),
        m.text(),
    );
    let tables = json!([
        { "schemaname": "public", "tablename": m.key(), "rowsecurity": false, "comment": m.text(), m.key(): m.text() },
        { "schemaname": m.jwt(), "tablename": "a", "rowsecurity": m.text() },
        { "schemaname": { "x": m.text() }, "tablename": [m.text()], "rowsecurity": true },
        [m.text()], m.text(),
    ]);
    let lines = format!(
        "{{\"grantee\":\"{}\",\"privilege_type\":\"{}\",\"note\":\"{}\"}}\n{{\"grantee\": {}}}\n{} {}\n",
        m.key(),
        m.text(),
        m.text(),
        m.text(),
        m.key(),
        m.text(),
    );
    let other = format!("id,email,password\n1,{},{}\n", m.text(), m.key());
    let aligned = format!(" grantee | {}\n---------+-----\n {} | {}\n", m.key(), m.text(), m.text());
    let cut = format!("grantee,privilege_type\n\"{},SELECT\n{}\n(3 rows)\n", m.text(), m.key());
    let latin = [b"grantee,privilege_type\n\xff".as_slice(), m.text().as_bytes(), b",SELECT\n"].concat();
    vec![
        plant("exports/prod/pg_policies.csv", policies),
        plant("exports/prod/pg_roles.csv", roles),
        plant("exports/prod/pg_tables.json", pretty(&tables)),
        plant("exports/prod/privileges.json", lines),
        plant("exports/prod/other.csv", other),
        plant("exports/prod/aligned.csv", aligned),
        plant("exports/prod/cut.csv", cut),
        plant("exports/prod/latin.csv", latin),
    ]
}
