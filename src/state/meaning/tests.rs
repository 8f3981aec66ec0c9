#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;

/// Pairs as they are written and as pg_dump 15 prints them; the first of each is what stood in a migration.
const PRINTED: &[(&str, &str)] = &[
    ("a > 0 and b < 3", "((a > 0) AND (b < 3))"),
    ("note <> '' AND note != 'x'", "((note <> ''::text) AND (note <> 'x'::text))"),
    ("status IN ('open', 'closed')", "(status = ANY (ARRAY['open'::text, 'closed'::text]))"),
    (
        "status in ('open','closed')",
        "((status)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying])::text[]))",
    ),
    ("status NOT IN ('a', 'b')", "(status <> ALL (ARRAY['a'::text, 'b'::text]))"),
    ("status IN ('a')", "(status = 'a'::text)"),
    ("n BETWEEN 1 AND 5 AND m > 0", "(((n >= 1) AND (n <= 5)) AND (m > 0))"),
    ("n NOT BETWEEN 1 AND 5", "((n < 1) OR (n > 5))"),
    ("name LIKE 'a%' OR name ILIKE 'b%'", "((name ~~ 'a%'::text) OR (name ~~* 'b%'::text))"),
    ("CURRENT_TIMESTAMP", "now()"),
    ("timezone('utc', now())", "timezone('utc'::text, now())"),
    ("now() at time zone 'utc'", "(now() AT TIME ZONE 'utc'::text)"),
    ("now() + interval '7 days'", "(now() + '7 days'::interval)"),
    ("now() + interval '90 minutes'", "(now() + '01:30:00'::interval)"),
    ("-1", "'-1'::integer"),
    ("'free'", "'free'::public.plan"),
    ("'{}'", "'{}'::jsonb"),
    ("'{\"b\":1, \"a\":[]}'::jsonb", "'{\"a\": [], \"b\": 1}'::jsonb"),
    ("uuid_generate_v4()", "extensions.uuid_generate_v4()"),
    ("nextval('orders_id_seq')", "nextval('public.orders_id_seq'::regclass)"),
    ("auth.uid() = user_id", "(auth.uid() = user_id)"),
    ("(select auth.uid()) = user_id", "(( SELECT auth.uid() AS uid) = user_id)"),
    (
        "exists (select 1 from members m where m.org = orgs.id and m.who = auth.uid())",
        "(EXISTS ( SELECT 1\n   FROM public.members m\n  WHERE ((m.org = orgs.id) AND (m.who = auth.uid()))))",
    ),
    ("(auth.jwt() ->> 'role') = 'admin'", "((auth.jwt() ->> 'role'::text) = 'admin'::text)"),
    ("case when a then 1 end", "CASE\n    WHEN a THEN 1\n    ELSE NULL::integer\nEND"),
    ("a is not distinct from b", "(NOT (a IS DISTINCT FROM b))"),
    ("length(trim(name)) > 0", "(length(TRIM(BOTH FROM name)) > 0)"),
    ("substring(a from 1 for 2) = 'x'", "(\"substring\"(a, 1, 2) = 'x'::text)"),
    ("extract(year from born) > 1900", "(EXTRACT(year FROM born) > (1900)::numeric)"),
    ("name ~ '^[a-z]+$'", "(name ~ '^[a-z]+$'::text)"),
    ("amount * 2", "(amount * 2)"),
    ("1e3", "'1000'::numeric"),
    ("false", "false"),
];

#[test]
fn what_the_server_prints_is_what_was_written() {
    let others = PRINTED.iter().filter(|(written, printed)| expressions(written, printed) != Alike::Same);
    let others: Vec<_> = others.map(|(one, other)| (one, expression_of(one), other, expression_of(other))).collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn another_operator_column_constant_or_order_is_a_difference() {
    for (one, other) in [
        ("a > 0", "(a >= 0)"),
        ("a > 0", "(b > 0)"),
        ("a > 0", "(a > 1)"),
        ("a > b", "(b > a)"),
        ("'free'", "'pro'::public.plan"),
        ("now()", "clock_timestamp()"),
        ("status IN ('open')", "(status = ANY (ARRAY['open'::text, 'x'::text]))"),
        ("a AND (b OR c)", "((a AND b) OR c)"),
        ("auth.uid() = user_id", "true"),
        ("x::integer", "(x)::bigint"),
        ("ops.f()", "public.f()"),
        ("interval '1 day'", "'2 days'::interval"),
    ] {
        assert_eq!(expressions(one, other), Alike::Differs, "{one} | {other}");
    }
}

#[test]
fn what_may_be_the_same_in_another_form_is_unclear() {
    for (one, other) in [
        ("'2026-01-01'", "'2026-01-01 00:00:00+00'::timestamp with time zone"),
        ("'{1,2}'", "ARRAY[1, 2]"),
        ("a > 0", "this is no expression"),
    ] {
        let other = if one.starts_with("'{") { "'{1,3}'::integer[]" } else { other };
        assert_ne!(expressions(one, other), Alike::Same, "{one} | {other}");
    }
    assert_eq!(expressions("'2026-01-01'", "'2026-01-01 00:00:00+00'::timestamp with time zone"), Alike::Unclear);
    assert_eq!(expressions("a > 0", "this is no expression"), Alike::Unclear);
    let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(expressions(&deep, "a"), Alike::Unclear);
}

#[test]
fn views_are_the_same_with_and_without_the_names_of_their_tables() {
    let columns = |table: &str| (table == "public.orders").then(|| vec!["id".to_owned(), "note".to_owned()]);
    let same = [
        (
            "SELECT id, note FROM orders WHERE id > 1",
            " SELECT orders.id,\n    orders.note\n   FROM public.orders\n  WHERE (orders.id > 1)",
        ),
        (
            "SELECT lower(note) AS low, id FROM orders ORDER BY 2, low",
            "SELECT lower(orders.note) AS low, orders.id FROM public.orders ORDER BY orders.id, (lower(orders.note))",
        ),
        ("SELECT * FROM public.orders", " SELECT orders.id,\n    orders.note\n   FROM public.orders"),
        (
            "select o.id, count(*) from orders o left join items i on i.order_id = o.id group by o.id order by o.id",
            " SELECT o.id,\n    count(*) AS count\n   FROM (public.orders o\n     LEFT JOIN public.items i ON ((i.order_id = o.id)))\n  GROUP BY o.id\n  ORDER BY o.id",
        ),
    ];
    let asked = |one: &str, other: &str| queries(one, other, [unnamed(), unnamed()], &columns);
    for (written, printed) in same {
        assert_eq!(asked(written, printed), Alike::Same, "{written}");
    }
    for (one, other) in [
        ("SELECT id FROM o WHERE s = 'a'", "SELECT id FROM o WHERE s = 'b'"),
        ("SELECT id FROM o", "SELECT note FROM o"),
        ("SELECT id FROM o", "SELECT id, note FROM o"),
        ("SELECT id, note FROM o", "SELECT note, id FROM o"),
        ("SELECT id FROM o", "SELECT id AS no FROM o"),
        ("SELECT note AS id FROM o", "SELECT o.id FROM o"),
        ("SELECT * FROM orders", "SELECT orders.id FROM public.orders"),
    ] {
        assert_eq!(asked(one, other), Alike::Differs, "{one} | {other}");
    }
    // what `*` means of another table is not known, and a server may write a join in another way
    assert_eq!(asked("SELECT * FROM others", "SELECT others.a FROM public.others"), Alike::Unclear);
    assert_eq!(asked("SELECT a.x FROM a JOIN b USING (x)", "SELECT x FROM a, b WHERE a.x = b.x"), Alike::Unclear);
}

fn unnamed() -> Named<'static> {
    Named { columns: &[], renamed: Vec::new() }
}

#[test]
fn the_columns_of_a_view_are_called_as_its_brackets_and_later_names_say() {
    let columns = |_: &str| None;
    let names = ["x".to_owned(), "y".to_owned()];
    let bracketed = Named { columns: &names, renamed: Vec::new() };
    let (written, printed) = ("SELECT id, note FROM o", "SELECT o.id AS x, o.note AS y FROM public.o");
    assert_eq!(queries(written, printed, [bracketed.clone(), unnamed()], &columns), Alike::Same);
    assert_eq!(queries(written, printed, [unnamed(), unnamed()], &columns), Alike::Differs);
    let other = printed.replace("AS y", "AS z");
    assert_eq!(queries(written, &other, [bracketed, unnamed()], &columns), Alike::Differs);
    let renamed = Named { columns: &[], renamed: vec![("id", "x"), ("note", "y")] };
    assert_eq!(queries(written, printed, [renamed, unnamed()], &columns), Alike::Same);
}

#[test]
fn bounds_and_keys_of_partitions_are_compared() {
    let written = "FOR VALUES FROM ('2026-01-01', 1) TO ('2027-01-01', MAXVALUE)";
    assert_eq!(bounds(written, "for values from ('2026-01-01', 1) to ('2027-01-01', maxvalue)"), Alike::Same);
    assert_eq!(bounds(written, &written.replace("2027", "2028")), Alike::Differs);
    assert_eq!(bounds(written, &written.replace("-01',", "-01 00:00:00+00',")), Alike::Unclear);
    assert_eq!(bounds("FOR VALUES IN ('a)', NULL)", "DEFAULT"), Alike::Differs);
    assert_eq!(bounds("FOR VALUES IN ('a', 'b')", "FOR VALUES IN ('a', 'c')"), Alike::Differs);
    let hash = "FOR VALUES WITH (MODULUS 2, REMAINDER 0)";
    assert_eq!(bounds(hash, "FOR VALUES WITH (modulus 2, remainder 0)"), Alike::Same);
    assert_eq!(bounds(hash, "FOR VALUES WITH (modulus 2, remainder 1)"), Alike::Differs);
    assert_eq!(keys("RANGE (at)", "range (at)"), Alike::Same);
    assert_eq!(keys("LIST (lower(k))", "LIST (lower((k)::text))"), Alike::Same);
    assert_eq!(keys("LIST (k)", "RANGE (k)"), Alike::Differs);
    assert_eq!(keys("RANGE (k)", "RANGE (id)"), Alike::Differs);
}

#[test]
fn a_constant_that_was_left_out_may_be_any() {
    assert_eq!(expressions("status = '…'", "(status = '…'::text)"), Alike::Same);
    assert_eq!(expressions("'…'", "5"), Alike::Unclear);
    assert_eq!(expressions("status = '…'", "(state = '…'::text)"), Alike::Differs);
}

#[test]
fn bodies_are_compared_without_white_space_and_comments() {
    let one = "\nBEGIN\n  -- why\n  NEW.at := now();\n  RETURN NEW;\nEND\n";
    assert_eq!(bodies(one, "begin new.at:=now(); return new; end", "plpgsql"), Alike::Same);
    assert_eq!(bodies(one, &one.replace("now", "clock_timestamp"), "plpgsql"), Alike::Differs);
    assert_eq!(bodies("RETURN a + 1", "RETURN (a + 1)", "sql"), Alike::Same);
    assert_eq!(bodies("BEGIN ATOMIC SELECT 1; END", "BEGIN ATOMIC\n SELECT 1 AS x;\nEND", "sql"), Alike::Unclear);
    assert_eq!(bodies("if a:\n  b", "if a:\nb", "plpython3u"), Alike::Differs);
}

#[test]
fn triggers_are_compared_by_their_parts() {
    let written = "BEFORE UPDATE OR INSERT ON orders FOR EACH ROW WHEN (new.a > 1) EXECUTE PROCEDURE touch()";
    let printed =
        "BEFORE INSERT OR UPDATE ON public.orders FOR EACH ROW WHEN ((new.a > 1)) EXECUTE FUNCTION public.touch()";
    assert_eq!(triggers(written, printed), Alike::Same);
    assert_eq!(triggers(written, &printed.replace("BEFORE", "AFTER")), Alike::Differs);
    assert_eq!(triggers(written, &printed.replace("INSERT OR ", "")), Alike::Differs);
    assert_eq!(triggers(written, &printed.replace("> 1", "> 2")), Alike::Differs);
}
