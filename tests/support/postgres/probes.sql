-- What watches a migration: each effect is said as one INFO line, `preflight-oracle {…}`, which no setting of the
-- migration can silence. psql puts the line of the statement's semicolon before it.
CREATE SCHEMA preflight_oracle;
GRANT USAGE ON SCHEMA preflight_oracle TO PUBLIC;

CREATE FUNCTION preflight_oracle.is_own(space name) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT space = ANY (ARRAY['pg_catalog', 'information_schema', 'pg_toast', 'preflight_oracle']::name[])
$$;

CREATE FUNCTION preflight_oracle.say(effect jsonb) RETURNS void
LANGUAGE plpgsql AS $$ BEGIN RAISE INFO 'preflight-oracle %', effect; END $$;

-- A temporary schema has a number; nobody writes it.
CREATE FUNCTION preflight_oracle.space(space text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN space LIKE 'pg\_temp%' THEN 'pg_temp' ELSE space END $$;

-- Rows: what a table was told to do, whether a row was hit or not.
CREATE FUNCTION preflight_oracle.written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  context text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM preflight_oracle.say(jsonb_build_object(
    'what', lower(TG_OP), 'kind', 'table', 'schema', preflight_oracle.space(TG_TABLE_SCHEMA), 'name', TG_TABLE_NAME,
    'child', EXISTS (SELECT FROM pg_inherits WHERE inhrelid = TG_RELID), 'context', context,
    -- what is written through a view is said of the view
    'views', (SELECT jsonb_agg(DISTINCT c.relname) FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
      WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = TG_RELID)));
  RETURN NULL;
END $$;

-- The names, the openness and the protection of everything, one row each.
CREATE VIEW preflight_oracle.now AS
WITH roles (oid, name) AS (
  VALUES (0::oid, 'public') UNION ALL SELECT oid, rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
), space AS (
  SELECT oid, nspname FROM pg_namespace WHERE NOT preflight_oracle.is_own(nspname) AND nspname NOT LIKE 'pg\_toast\_temp%'
), relation AS (
  SELECT c.*, s.nspname, CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index'
      WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'c' THEN 'composite type' ELSE 'table' END AS kind
  FROM pg_class c JOIN space s ON s.oid = c.relnamespace
), object AS (
  SELECT 'r' || oid AS key, kind, nspname, relnamespace, relname AS name, NULL::name AS part, relkind IN ('i', 'I', 'c') AS closed,
    coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) AS acl,
    acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner) AS own
  FROM relation
  UNION ALL
  SELECT 'c' || r.oid || '.' || a.attnum, 'column', r.nspname, r.relnamespace, r.relname, a.attname, false, a.attacl, NULL
  FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid
  WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0 AND r.kind IN ('table', 'composite type')
  UNION ALL
  SELECT 'f' || p.oid, 'function', s.nspname, p.pronamespace, p.proname, NULL, false,
    coalesce(p.proacl, acldefault('f', p.proowner)), acldefault('f', p.proowner)
  FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
  UNION ALL
  SELECT 't' || t.oid, 'type', s.nspname, t.typnamespace, t.typname, NULL, false,
    coalesce(t.typacl, acldefault('T', t.typowner)), acldefault('T', t.typowner)
  FROM pg_type t JOIN space s ON s.oid = t.typnamespace 
  WHERE t.typtype IN ('e', 'd', 'r') OR t.typrelid IN (SELECT oid FROM relation WHERE relkind = 'c')
  UNION ALL
  SELECT 'n' || n.oid, 'schema', n.nspname, NULL, n.nspname, NULL, false,
    coalesce(n.nspacl, acldefault('n', n.nspowner)), acldefault('n', n.nspowner)
  FROM pg_namespace n JOIN space USING (oid) WHERE n.nspname NOT LIKE 'pg\_%'
  UNION ALL
  SELECT 'd' || oid, 'database', NULL, NULL, datname, NULL, false, coalesce(datacl, acldefault('d', datdba)), acldefault('d', datdba)
  FROM pg_database WHERE datname = current_database()
  UNION ALL
  SELECT 'o' || oid, 'role', NULL, NULL, rolname, NULL, true, NULL, NULL FROM pg_roles
)
SELECT 'name' AS what, key, jsonb_build_object('kind', kind, 'space', relnamespace, 'schema', preflight_oracle.space(nspname), 'name', name, 'part', part) AS said
FROM object
UNION ALL
SELECT 'open', o.key || '|' || r.name || '|' || lower(a.privilege_type), jsonb_build_object('kind', o.kind, 'schema', preflight_oracle.space(o.nspname),
  'name', o.name, 'part', o.part, 'grantee', r.name, 'privilege', lower(a.privilege_type), 'object', o.key,
  'given', EXISTS (SELECT FROM aclexplode(o.own) d WHERE d.grantee = a.grantee AND d.privilege_type = a.privilege_type))
FROM object o, aclexplode(o.acl) a JOIN roles r ON r.oid = a.grantee
WHERE NOT o.closed AND o.acl IS NOT NULL
UNION ALL
SELECT 'open', 'default|' || d.oid || '|' || r.name || '|' || lower(a.privilege_type), jsonb_build_object('kind', 'default',
  'schema', n.nspname, 'name', CASE d.defaclobjtype WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'function' WHEN 'T' THEN 'type' ELSE 'schema' END,
  'grantee', r.name, 'privilege', lower(a.privilege_type), 'object', 'default', 'given', false)
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a JOIN roles r ON r.oid = a.grantee
-- functions and types are everybody's without a word
WHERE r.oid <> 0 OR d.defaclobjtype NOT IN ('f', 'T') OR d.defaclnamespace <> 0
UNION ALL
SELECT 'open', 'member|' || m.roleid || '|' || r.name, jsonb_build_object('kind', 'role', 'name', b.rolname, 'grantee', r.name,
  'object', 'o' || m.roleid, 'given', false)
FROM pg_auth_members m JOIN roles r ON r.oid = m.member JOIN pg_roles b ON b.oid = m.roleid
UNION ALL
SELECT p.what, 'r' || oid, jsonb_build_object('kind', 'table', 'schema', nspname, 'name', relname)
FROM relation, LATERAL (VALUES ('protected', relrowsecurity), ('forced', relforcerowsecurity)) p (what, is_so) WHERE p.is_so;

CREATE UNLOGGED TABLE preflight_oracle.before (what text, key text, said jsonb, PRIMARY KEY (what, key));

-- Says what the catalogue holds that it did not hold before, and the other way round.
CREATE FUNCTION preflight_oracle.compare(context text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET jit = off AS $$
DECLARE
  r record;
  changes jsonb;
BEGIN
  SELECT jsonb_agg(jsonb_build_object('what', what, 'key', key, 'old', b.said, 'now', n.said) ORDER BY what, key) INTO changes
  FROM preflight_oracle.now n FULL JOIN preflight_oracle.before b USING (what, key)
  WHERE n.said IS DISTINCT FROM b.said;
  IF changes IS NULL THEN RETURN; END IF;
  FOR r IN
    SELECT c.*, coalesce(c.now, c.old) ->> 'object' AS object FROM jsonb_to_recordset(changes) AS c (what text, key text, old jsonb, now jsonb)
  LOOP
    IF r.what = 'name' THEN
      CONTINUE WHEN r.old IS NULL OR r.now IS NULL AND r.old ->> 'kind' <> 'role';
      -- a column of a table with a new name has a new name only if it has one itself
      CONTINUE WHEN r.old ->> 'kind' = 'column' AND r.now -> 'part' = r.old -> 'part';
      -- what stands in a schema with a new name has none
      CONTINUE WHEN r.now -> 'name' = r.old -> 'name' AND r.now -> 'part' = r.old -> 'part' AND r.now -> 'space' = r.old -> 'space';
    ELSE
      -- the same on an object with a new name
      CONTINUE WHEN r.old IS NOT NULL AND r.now IS NOT NULL;
      -- what is dropped loses nothing
      CONTINUE WHEN r.now IS NULL AND r.what <> 'open' AND changes @> jsonb_build_array(jsonb_build_object('what', 'name', 'key', r.key, 'now', NULL));
    END IF;
    PERFORM preflight_oracle.say(
      CASE WHEN r.now IS NULL OR r.what = 'name' THEN r.old ELSE r.now END || jsonb_build_object(
        'what', CASE WHEN r.what = 'name' AND r.now IS NULL THEN 'dropped' WHEN r.what = 'name' THEN 'renamed'
          WHEN r.now IS NULL THEN 'not-' || r.what ELSE r.what END,
        'context', context, 'original', true,
        'new', r.object <> 'default' AND NOT EXISTS (SELECT FROM preflight_oracle.before o WHERE o.what = 'name' AND o.key = r.object)));
  END LOOP;
  DELETE FROM preflight_oracle.before b USING jsonb_to_recordset(changes) AS c (what text, key text, now jsonb)
  WHERE b.what = c.what AND b.key = c.key;
  INSERT INTO preflight_oracle.before
  SELECT what, key, now FROM jsonb_to_recordset(changes) AS c (what text, key text, now jsonb) WHERE now IS NOT NULL;
END $$;

-- Objects that are gone. `normal`: only CASCADE took it along.
CREATE FUNCTION preflight_oracle.dropped() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r record;
  context text;
BEGIN
  IF current_setting('preflight_oracle.busy', true) = 'on' THEN RETURN; END IF;
  GET DIAGNOSTICS context = PG_CONTEXT;
  FOR r IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
    CONTINUE WHEN r.object_type IN ('toast table', 'rule') AND NOT r.original
      OR r.object_type = 'trigger' AND r.address_names[array_upper(r.address_names, 1)] = 'preflight_oracle'
      OR r.schema_name = 'pg_toast';
    PERFORM preflight_oracle.say(jsonb_build_object(
      'what', 'dropped', 'kind', r.object_type, 'schema', preflight_oracle.space(r.schema_name),
      'object', r.object_name, 'names', r.address_names, 'args', r.address_args, 'identity', r.object_identity,
      'original', r.original, 'normal', r.normal, 'context', context));
  END LOOP;
END $$;

CREATE FUNCTION preflight_oracle.commanded() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  r record;
  context text;
BEGIN
  IF current_setting('preflight_oracle.busy', true) = 'on' THEN RETURN; END IF;
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM set_config('preflight_oracle.busy', 'on', false);
  FOR r IN
    SELECT DISTINCT c.objid::regclass AS name FROM pg_event_trigger_ddl_commands() c JOIN pg_class t ON t.oid = c.objid
    WHERE c.classid = 'pg_class'::regclass AND t.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t.oid AND tgname = 'preflight_oracle')
  LOOP
    EXECUTE format('CREATE TRIGGER preflight_oracle BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
      FOR EACH STATEMENT EXECUTE FUNCTION preflight_oracle.written()', r.name);
  END LOOP;
  FOR r IN SELECT tgrelid::regclass AS name FROM pg_trigger WHERE tgname = 'preflight_oracle' AND tgenabled <> 'A' LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER preflight_oracle', r.name);
  END LOOP;
  PERFORM preflight_oracle.compare(context);
  PERFORM set_config('preflight_oracle.busy', 'off', false);
END $$;

-- Behind a file: what no event trigger sees, such as roles.
CREATE FUNCTION preflight_oracle.finish() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM set_config('preflight_oracle.busy', 'on', false);
  PERFORM preflight_oracle.compare('');
END $$;

CREATE EVENT TRIGGER preflight_oracle_dropped ON sql_drop EXECUTE FUNCTION preflight_oracle.dropped();
CREATE EVENT TRIGGER preflight_oracle_commanded ON ddl_command_end EXECUTE FUNCTION preflight_oracle.commanded();
ALTER EVENT TRIGGER preflight_oracle_dropped ENABLE ALWAYS;
ALTER EVENT TRIGGER preflight_oracle_commanded ENABLE ALWAYS;
