-- The roles that Supabase provides; made once for a server.
CREATE ROLE postgres SUPERUSER LOGIN;
CREATE ROLE supabase_admin SUPERUSER LOGIN;
CREATE ROLE anon NOINHERIT;
CREATE ROLE authenticated NOINHERIT;
CREATE ROLE service_role NOINHERIT BYPASSRLS;
CREATE ROLE authenticator NOINHERIT LOGIN;
GRANT anon, authenticated, service_role TO authenticator;
CREATE ROLE supabase_auth_admin NOINHERIT CREATEROLE LOGIN;
CREATE ROLE supabase_storage_admin NOINHERIT CREATEROLE LOGIN;
CREATE ROLE supabase_functions_admin NOINHERIT CREATEROLE LOGIN;
CREATE ROLE supabase_replication_admin REPLICATION LOGIN;
CREATE ROLE supabase_read_only_user BYPASSRLS LOGIN;
CREATE ROLE supabase_realtime_admin NOINHERIT;
CREATE ROLE dashboard_user CREATEROLE CREATEDB REPLICATION;
CREATE ROLE pgbouncer LOGIN;
