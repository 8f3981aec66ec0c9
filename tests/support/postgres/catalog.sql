-- What the catalogue says of the objects of a database, one line each, as catalog.rs writes the end state of a replay.
WITH own AS (
  SELECT oid, nspname FROM pg_namespace
  WHERE nspname NOT LIKE 'pg\_%' AND nspname NOT IN ('information_schema', 'preflight_oracle')
), extended AS (
  SELECT objid FROM pg_depend WHERE deptype = 'e'
), relation AS (
  SELECT c.*, own.nspname, format('%s.%s', own.nspname, c.relname) AS full_name
  FROM pg_class c JOIN own ON own.oid = c.relnamespace WHERE c.oid NOT IN (SELECT objid FROM extended)
), acl AS (
  SELECT r.full_name, CASE WHEN r.relkind = 'S' THEN 'sequence' ELSE 'table' END AS kind, a.*
  FROM relation r, aclexplode(r.relacl) a WHERE a.grantee <> r.relowner
)
SELECT format('table %s rls=%s forced=%s key=%s policies=%s', full_name, relrowsecurity, relforcerowsecurity,
    EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'p'),
    EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = r.oid))
  FROM relation r WHERE relkind IN ('r', 'p', 'f')
UNION ALL
SELECT format('column %s.%s %s null=%s', r.full_name, a.attname, format_type(a.atttypid, NULL), NOT a.attnotnull)
  FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid
  WHERE relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('index %s on %s unique=%s constraint=%s', i.relname, r.full_name, x.indisunique,
    EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')))
  FROM relation r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid WHERE r.relkind IN ('r', 'p')
UNION ALL
SELECT format('foreign key %s of %s to %s (%s)', k.conname, r.full_name, o.full_name,
    (SELECT string_agg(a.attname, ',' ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY c (at, n)
     JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.at))
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid JOIN relation o ON o.oid = k.confrelid WHERE k.contype = 'f'
UNION ALL
SELECT format('policy %s on %s to %s for %s permissive=%s', p.polname, r.full_name, coalesce(o.rolname, 'public'),
    CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END,
    p.polpermissive)
  FROM relation r JOIN pg_policy p ON p.polrelid = r.oid, unnest(p.polroles) role LEFT JOIN pg_roles o ON o.oid = role
UNION ALL
SELECT format('function %s.%s(%s) definer=%s path=%s callers=%s', own.nspname, p.proname,
    (SELECT string_agg(format_type(t, NULL), ',' ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY a (t, n)),
    p.prosecdef, EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search\_path=%'),
    (SELECT string_agg(DISTINCT coalesce(o.rolname, 'public'), ',')
     FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a LEFT JOIN pg_roles o ON o.oid = a.grantee
     WHERE a.grantee <> p.proowner))
  FROM pg_proc p JOIN own ON own.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p') AND p.oid NOT IN (SELECT objid FROM extended)
UNION ALL
SELECT format('view %s invoker=%s', full_name,
    EXISTS (SELECT FROM unnest(reloptions) o WHERE lower(o) IN ('security_invoker=true', 'security_invoker=on', 'security_invoker=1')))
  FROM relation WHERE relkind = 'v'
UNION ALL
SELECT format('materialized view %s', full_name) FROM relation WHERE relkind = 'm'
UNION ALL
SELECT DISTINCT format('grant %s on %s %s to %s', lower(a.privilege_type), a.kind, a.full_name, coalesce(o.rolname, 'public'))
  FROM acl a LEFT JOIN pg_roles o ON o.oid = a.grantee
UNION ALL
SELECT DISTINCT format('grant %s on column %s to %s', lower(a.privilege_type), r.full_name, coalesce(o.rolname, 'public'))
  FROM relation r JOIN pg_attribute c ON c.attrelid = r.oid, aclexplode(c.attacl) a LEFT JOIN pg_roles o ON o.oid = a.grantee
UNION ALL
SELECT format('grant %s on schema %s to %s', lower(a.privilege_type), n.nspname, coalesce(o.rolname, 'public'))
  FROM pg_namespace n JOIN own ON own.oid = n.oid, aclexplode(n.nspacl) a LEFT JOIN pg_roles o ON o.oid = a.grantee
  WHERE a.grantee <> n.nspowner
ORDER BY 1;
