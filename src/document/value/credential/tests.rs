#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::super::testing::jwt;
use super::*;
use crate::source::SourceId;

const REF: &str = "abcdefghijklmnopqrst";

fn fact_of(text: &str, today: Option<i64>) -> Option<Fact> {
    let settings = Settings { today, ..Settings::default() };
    let mapped = Mapped::literal(SourceId(0), text, 0);
    let found = find(text);
    assert!(found.len() <= 1, "one key");
    found.first().and_then(|found| found.fact(&mapped, "value", &settings))
}

fn word(fact: &Fact, field: Field) -> Option<String> {
    fact.own(field).and_then(State::text).map(str::to_owned)
}

fn value(fact: &Fact, field: Field) -> Option<Value> {
    fact.own(field).and_then(State::value).cloned()
}

#[test]
fn the_three_prefixes_are_recognised() {
    let publishable = fact_of("sb_publishable_MADEUPmadeupMADEUPmade_0a1B2c3D", None).unwrap();
    assert_eq!(word(&publishable, Field::Is).as_deref(), Some("supabase-publishable"));
    assert_eq!(word(&publishable, Field::Role).as_deref(), Some("anon"));
    assert_eq!(value(&publishable, Field::Secret), Some(Value::Bool(false)));
    let text = "key: sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H!";
    let secret = fact_of(text, None).unwrap();
    assert_eq!(text.get(secret.anchor.range()), Some("sb_secret_MADEUPmadeupMADEUPmade_4e5F6g7H"));
    assert_eq!(word(&secret, Field::Role).as_deref(), Some("service_role"));
    assert_eq!(value(&secret, Field::Secret), Some(Value::Bool(true)));
    assert_eq!(value(&secret, Field::Demo), Some(Value::Bool(false)));
    assert_eq!(secret.own(Field::Project), None, "a key does not say its project");
    for token in ["sbp_0123456789abcdef0123456789abcdef01234567", "sbp_oauth_0123456789abcdef0123456789abcdef01234567"]
    {
        let fact = fact_of(token, None).unwrap();
        assert_eq!(word(&fact, Field::Is).as_deref(), Some("supabase-access-token"));
        assert_eq!(fact.own(Field::Role), Some(&State::Absent(None)));
    }
}

#[test]
fn look_alikes_are_hidden_and_give_no_fact() {
    for text in ["sbp_0123456789abcdef", "sb_secret_shortMADEUP", "sb_secret_your-secret-key-goes-here"] {
        assert!(claims(text), "{text} is hidden");
        assert!(fact_of(text, None).is_none(), "{text} is no key");
    }
    for text in ["sb_secret_", "sbp_", "sbin", "my_sb_secret_key", "a.b.c", "1.2.3", "eyJ.eyJ.x"] {
        assert!(!claims(text), "{text}");
    }
}

#[test]
fn the_keys_of_the_local_stack_are_demo_keys() {
    for key in LOCAL_KEYS {
        assert_eq!(value(&fact_of(key, None).unwrap(), Field::Demo), Some(Value::Bool(true)));
    }
}

#[test]
fn a_service_role_key_says_role_project_issuer_and_days() {
    let key =
        jwt(&format!(r#"{{"iss":"supabase","ref":"{REF}","role":"service_role","iat":1735689600,"exp":2051222400}}"#));
    let fact = fact_of(&key, Some(20_000)).unwrap();
    assert_eq!(word(&fact, Field::Is).as_deref(), Some("supabase-jwt"));
    assert_eq!(word(&fact, Field::Role).as_deref(), Some("service_role"));
    assert_eq!(word(&fact, Field::Project).as_deref(), Some(REF));
    assert_eq!(word(&fact, Field::Issuer).as_deref(), Some("supabase"));
    assert_eq!(value(&fact, Field::Secret), Some(Value::Bool(true)));
    assert_eq!(value(&fact, Field::DaysLeft), Some(Value::Number(2_051_222_400 / 86_400 - 20_000)));
    assert_eq!(fact.anchor.range(), 0..key.len());
    let today = fact_of(&key, None).unwrap();
    let State::Unknown(_, cause) = today.own(Field::DaysLeft).unwrap() else { panic!("unknown without a date") };
    assert_eq!(cause.reason, "expires on a date, and no date of today was given");
}

#[test]
fn a_key_that_was_over_before_1970_is_over() {
    for exp in ["-5", "-5.5", "-1e300"] {
        let key = jwt(&format!(r#"{{"iss":"supabase","ref":"{REF}","role":"anon","exp":{exp}}}"#));
        let fact = fact_of(&key, Some(20_000)).unwrap();
        assert_eq!(value(&fact, Field::DaysLeft), Some(Value::Number(-20_000)), "{exp}");
    }
}

#[test]
fn a_pretty_printed_payload_is_read_as_well() {
    let key = jwt("{\n    \"role\": \"anon\",\n    \"iss\": \"supabase-demo\",\n    \"exp\": 86400\n}");
    let fact = fact_of(&key, Some(3)).unwrap();
    assert_eq!(word(&fact, Field::Role).as_deref(), Some("anon"));
    assert_eq!(value(&fact, Field::Demo), Some(Value::Bool(true)));
    assert_eq!(value(&fact, Field::Secret), Some(Value::Bool(false)));
    assert_eq!(value(&fact, Field::DaysLeft), Some(Value::Number(-2)));
    assert_eq!(fact.own(Field::Project), Some(&State::Absent(None)));
    for before in ["\\n", "Bearer-", "x", "eyJ", "a.b.c", "$x$"] {
        let text = format!("{before}{key}");
        let found = find(&text);
        let expected = text.len() - key.len()..text.len();
        assert!(found.iter().any(|found| found.range == expected), "{before}: {found:?}");
    }
    let indented = jwt(" {\"role\":\"anon\",\"iss\":\"supabase\"}");
    assert!(fact_of(&indented, None).is_some());
}

#[test]
fn claims_are_shown_only_if_they_are_known() {
    let key = jwt(r#"{"iss":"MADEUP","ref":"MADEUPmadeup","role":"MADEUProle","exp":1e300}"#);
    let fact = fact_of(&key, Some(0)).unwrap();
    assert_eq!(word(&fact, Field::Role).as_deref(), Some("other"));
    assert_eq!(word(&fact, Field::Issuer).as_deref(), Some("other"));
    assert_eq!(fact.own(Field::Project), Some(&State::Absent(None)));
    assert!(matches!(fact.own(Field::DaysLeft), Some(State::Unknown(..))));
    assert_eq!(value(&fact, Field::Secret), Some(Value::Bool(true)), "an unknown role is not public");
}

#[test]
fn a_session_names_its_project_by_its_issuer() {
    let session =
        jwt(&format!(r#"{{"iss":"https://{REF}.supabase.co/auth/v1","role":"authenticated","aud":"authenticated"}}"#));
    let fact = fact_of(&session, Some(0)).unwrap();
    assert_eq!(word(&fact, Field::Issuer).as_deref(), Some("supabase-auth"));
    assert_eq!(word(&fact, Field::Project).as_deref(), Some(REF));
    assert_eq!(value(&fact, Field::Secret), Some(Value::Bool(true)));
    assert_eq!(fact.own(Field::DaysLeft), Some(&State::Absent(None)));
}

#[test]
fn tokens_of_others_too_long_or_too_deep_are_hidden() {
    let other = jwt(r#"{"iss":"https://accounts.example.com","sub":"MADEUP"}"#);
    let deep = jwt(&format!(r#"{{"iss":"supabase","a":{}{}}}"#, "[".repeat(9), "]".repeat(9)));
    let long = jwt(&format!(r#"{{"iss":"supabase","a":"{}"}}"#, "MADEUP".repeat(4000)));
    for token in [deep, long] {
        assert!(claims(&token));
        assert!(fact_of(&token, None).is_none());
    }
    let other = fact_of(&other, None).unwrap();
    assert_eq!(
        (word(&other, Field::Is).as_deref(), word(&other, Field::Issuer).as_deref()),
        (Some("jwt"), Some("other"))
    );
    assert_eq!(value(&other, Field::Secret), Some(Value::Bool(true)));
    assert!(fact_of(&jwt(&format!(r#"{{"iss":"supabase","a":{}{}}}"#, "[".repeat(7), "]".repeat(7))), None).is_some());
}

#[test]
fn a_token_is_found_in_a_sentence() {
    let key = jwt(r#"{"iss":"supabase","role":"anon"}"#);
    let text = format!("see docs.example.com. Then Authorization: Bearer {key}, done");
    assert_eq!(text.get(find(&text)[0].range.clone()), Some(key.as_str()));
}

#[test]
fn every_form_of_the_table_is_recognised_and_one_character_less_is_not() {
    for form in vendor::FORMS {
        let key = vendor::sample(form);
        let text = format!("Authorization: Bearer {key}, and more");
        let found = find(&text);
        assert_eq!(found.len(), 1, "{}", form.prefix);
        assert_eq!(text.get(found[0].range.clone()), Some(key.as_str()), "{}", form.prefix);
        let fact = fact_of(&key, None).unwrap();
        assert_eq!(word(&fact, Field::Is).as_deref(), Some("vendor-key"));
        assert_eq!(word(&fact, Field::Vendor).as_deref(), Some(form.vendor), "{}", form.prefix);
        assert_eq!(value(&fact, Field::Secret), Some(Value::Bool(form.secret)));
        let short = &key[..key.len() - 1];
        assert!(fact_of(short, None).is_none(), "{} is too short", form.prefix);
    }
}

#[test]
fn a_private_key_is_a_credential_without_its_first_and_last_line() {
    let text = "-----BEGIN PRIVATE KEY-----\nMADEUPmadeupMADEUP\nMADEUPmadeup==\n-----END PRIVATE KEY-----\n";
    let fact = fact_of(text, None).unwrap();
    assert_eq!(word(&fact, Field::Is).as_deref(), Some("private-key"));
    assert_eq!(text.get(fact.anchor.range()), Some("\nMADEUPmadeupMADEUP\nMADEUPmadeup==\n"));
    assert_eq!(value(&fact, Field::Secret), Some(Value::Bool(true)));
}

#[test]
fn a_secret_by_name_is_all_of_its_value() {
    let settings = Settings::default();
    for (name, text, is, demo) in [
        ("SUPABASE_JWT_SECRET", named::LOCAL_JWT_SECRET, "jwt-secret", true),
        ("JWT_SECRET", "MADEUP-madeup-MADEUP-madeup", "jwt-secret", false),
        ("PGPASSWORD", "postgres", "password", true),
        ("PGPASSWORD", "MADEUPpassword", "password", false),
        ("RAILWAY_TOKEN", "01234567-89ab-cdef-0123-456789abcdef", "railway-token", false),
        ("SESSION_SECRET", "MADEUP7d9Kq2xV4bT8nW1z", "unknown", false),
    ] {
        let fact = named(Promise::of(name), text)
            .unwrap()
            .fact(&Mapped::literal(SourceId(0), text, 0), "value", &settings)
            .unwrap();
        assert_eq!(word(&fact, Field::Is).as_deref(), Some(is), "{name}");
        assert_eq!(value(&fact, Field::Demo), Some(Value::Bool(demo)), "{name}");
        assert_eq!(fact.anchor.range(), 0..text.len());
    }
}
