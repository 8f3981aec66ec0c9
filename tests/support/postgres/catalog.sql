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
SELECT format('place %s.%s %s default=%s generated=%s identity=%s', r.full_name, a.attname,
    row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum), a.atthasdef,
    CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' ELSE '-' END,
    CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by-default' ELSE '-' END)
  FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid
  WHERE relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('constraint %s of %s %s (%s)', k.conname, r.full_name,
    CASE k.contype WHEN 'p' THEN 'primary-key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' ELSE 'exclude' END,
    CASE WHEN k.contype <> 'x' THEN (SELECT string_agg(a.attname, ',' ORDER BY CASE k.contype WHEN 'c' THEN a.attnum ELSE n END)
     FROM unnest(k.conkey) WITH ORDINALITY c (at, n) JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.at) END)
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid WHERE k.contype IN ('p', 'u', 'c', 'x')
UNION ALL
SELECT format('trigger %s on %s runs %s.%s', t.tgname, r.full_name, n.nspname, p.proname)
  FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid JOIN pg_proc p ON p.oid = t.tgfoid
  JOIN pg_namespace n ON n.oid = p.pronamespace WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgname <> 'preflight_oracle'
UNION ALL
SELECT format('type %s.%s %s', own.nspname, t.typname,
    coalesce((SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '-'))
  FROM pg_type t JOIN own ON own.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') AND t.oid NOT IN (SELECT objid FROM extended)
UNION ALL
SELECT format('schema %s', own.nspname) FROM own WHERE own.oid NOT IN (SELECT objid FROM extended)
UNION ALL
SELECT format('extension %s', extname) FROM pg_extension
UNION ALL
SELECT format('role %s login=%s superuser=%s bypass_rls=%s', rolname, rolcanlogin, rolsuper, rolbypassrls)
  FROM pg_roles WHERE rolname NOT LIKE 'pg\_%'
UNION ALL
SELECT format('default privilege %s on %s in %s to %s', lower(a.privilege_type),
    CASE d.defaclobjtype WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'function' WHEN 'T' THEN 'type' ELSE 'schema' END,
    coalesce(n.nspname, '-'), coalesce(o.rolname, 'public'))
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
  LEFT JOIN pg_roles o ON o.oid = a.grantee WHERE a.grantee <> d.defaclrole
UNION ALL
SELECT format('index %s on %s unique=%s constraint=%s', i.relname, r.full_name, x.indisunique,
    EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')))
  FROM relation r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid WHERE r.relkind IN ('r', 'p', 'm')
UNION ALL
SELECT format('foreign key %s of %s to %s (%s)', k.conname, r.full_name, o.full_name,
    (SELECT string_agg(a.attname, ',' ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY c (at, n)
     JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.at))
  FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid JOIN relation o ON o.oid = k.confrelid WHERE k.contype = 'f' AND k.conparentid = 0
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
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
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
