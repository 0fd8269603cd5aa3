-- The schema that all migrations make. Written by `npm run schema`; do not edit.

-- Extensions

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Functions

CREATE OR REPLACE FUNCTION announce_access()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    PERFORM pg_notify('moolai_access', TG_ARGV[0] || ':' || (to_jsonb(OLD) ->> TG_ARGV[1]));
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION announce_credential()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    PERFORM pg_notify('moolai_credentials', coalesce(NEW.orchestrator_id, OLD.orchestrator_id));
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION announce_deactivation()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    PERFORM pg_notify('moolai_credentials', 'organization:' || NEW.organization_id);
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION announce_independence()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      PERFORM pg_notify('moolai_independence', '{"reload":true}');
    ELSIF TG_OP = 'DELETE' THEN
      PERFORM pg_notify('moolai_independence',
        json_build_object('orchestrator_id', OLD.orchestrator_id, 'deleted', true)::text);
    ELSE
      PERFORM pg_notify('moolai_independence', json_build_object(
        'orchestrator_id', NEW.orchestrator_id,
        'is_independent', NEW.is_independent,
        'version', NEW.independence_version,
        'last_seen', NEW.last_seen,
        'updated_at', NEW.independence_updated_at,
        'updated_by', NEW.independence_updated_by)::text);
    END IF;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION begin_life()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    NEW.first_config_version := 1 + coalesce((SELECT max(config_version) FROM orchestrator_config_versions
        WHERE orchestrator_id = NEW.orchestrator_id), 0);
    NEW.first_own_revision := 1 + coalesce((SELECT max(revision) FROM configuration_revisions
        WHERE level = 'orchestrator' AND level_id = NEW.orchestrator_id), 0);
    NEW.config_version := greatest(NEW.config_version, NEW.first_config_version);
    RETURN NEW;
  END $function$;

CREATE OR REPLACE FUNCTION complete_grant()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    NEW.instance_id := (SELECT id FROM orchestrator_instances WHERE orchestrator_id = NEW.orchestrator_id);
    RETURN NEW;
  END $function$;

CREATE OR REPLACE FUNCTION complete_message()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    NEW.organization_id := (SELECT organization_id FROM orchestrator_instances
      WHERE orchestrator_id = NEW.orchestrator_id);
    RETURN NEW;
  END $function$;

CREATE OR REPLACE FUNCTION count_messages()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      DELETE FROM message_counts;
    ELSIF TG_OP = 'INSERT' THEN
      INSERT INTO message_counts AS c SELECT status, pg_backend_pid() % 16, count(*) FROM new_rows
        GROUP BY status ORDER BY status
        ON CONFLICT (status, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSIF TG_OP = 'DELETE' THEN
      INSERT INTO message_counts AS c SELECT status, pg_backend_pid() % 16, -count(*) FROM old_rows
        GROUP BY status ORDER BY status
        ON CONFLICT (status, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSE
      INSERT INTO message_counts AS c SELECT status, pg_backend_pid() % 16, sum(n)
        FROM (SELECT status, 1 AS n FROM new_rows UNION ALL SELECT status, -1 FROM old_rows) AS changes
        GROUP BY status HAVING sum(n) <> 0 ORDER BY status
        ON CONFLICT (status, shard) DO UPDATE SET count = c.count + excluded.count;
    END IF;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION count_orchestrators()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      DELETE FROM orchestrator_counts;
    ELSIF TG_OP = 'INSERT' THEN
      INSERT INTO orchestrator_counts AS c
        SELECT organization_id, is_independent, pg_backend_pid() % 16, sum(n) FROM (SELECT organization_id, is_independent, 1 AS n FROM new_rows) AS changes
        GROUP BY organization_id, is_independent HAVING sum(n) <> 0 ORDER BY organization_id, is_independent
        ON CONFLICT (organization_id, is_independent, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSIF TG_OP = 'DELETE' THEN
      INSERT INTO orchestrator_counts AS c
        SELECT organization_id, is_independent, pg_backend_pid() % 16, sum(n) FROM (SELECT organization_id, is_independent, -1 AS n FROM old_rows) AS changes
        GROUP BY organization_id, is_independent HAVING sum(n) <> 0 ORDER BY organization_id, is_independent
        ON CONFLICT (organization_id, is_independent, shard) DO UPDATE SET count = c.count + excluded.count;
    ELSE
      INSERT INTO orchestrator_counts AS c
        SELECT organization_id, is_independent, pg_backend_pid() % 16, sum(n) FROM (SELECT organization_id, is_independent, 1 AS n FROM new_rows UNION ALL SELECT organization_id, is_independent, -1 AS n FROM old_rows) AS changes
        GROUP BY organization_id, is_independent HAVING sum(n) <> 0 ORDER BY organization_id, is_independent
        ON CONFLICT (organization_id, is_independent, shard) DO UPDATE SET count = c.count + excluded.count;
    END IF;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION end_life()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    UPDATE orchestrator_messages m SET client_message_id = NULL FROM old_rows o
      WHERE m.orchestrator_id = o.orchestrator_id AND m.client_message_id IS NOT NULL;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION file_orchestrator()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
  BEGIN
    UPDATE orchestrator_directory SET (id, orchestrator_id, organization_id, name, version, labels, is_independent, created_at, is_quarantined, search_text) = ROW (NEW.id, NEW.orchestrator_id, NEW.organization_id, NEW.name, NEW.version, NEW.labels, NEW.is_independent, NEW.created_at, NEW.quarantined_at IS NOT NULL, search_form(NEW.orchestrator_id || E'\n' || NEW.name)) WHERE id = NEW.id;
    IF NEW.orchestrator_id <> OLD.orchestrator_id THEN
      UPDATE orchestrator_activity SET orchestrator_id = NEW.orchestrator_id WHERE id = NEW.id;
    END IF;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION follow_orchestrators()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      DELETE FROM orchestrator_directory;
      DELETE FROM orchestrator_activity;
    ELSIF TG_OP = 'INSERT' THEN
      INSERT INTO orchestrator_directory (id, orchestrator_id, organization_id, name, version, labels, is_independent, created_at, is_quarantined, search_text) SELECT id, orchestrator_id, organization_id, name, version, labels, is_independent, created_at, quarantined_at IS NOT NULL, search_form(orchestrator_id || E'\n' || name) FROM new_rows;
      INSERT INTO orchestrator_activity (id, orchestrator_id, last_seen, last_activity, updated_at) SELECT id, orchestrator_id, last_seen, last_activity, updated_at FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
      DELETE FROM orchestrator_directory AS d USING old_rows AS o WHERE d.id = o.id;
      DELETE FROM orchestrator_activity AS a USING old_rows AS o WHERE a.id = o.id;
    ELSE
      UPDATE orchestrator_activity AS a
        SET last_seen = n.last_seen, last_activity = n.last_activity, updated_at = n.updated_at
        FROM new_rows AS n WHERE a.id = n.id AND (a.last_seen, a.last_activity, a.updated_at)
          IS DISTINCT FROM (n.last_seen, n.last_activity, n.updated_at);
    END IF;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION record_configuration()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  DECLARE
    said jsonb;
    whose text;
    newest integer;
  BEGIN
    IF TG_ARGV[0] = 'fleet' THEN
      whose := 'fleet';
      said := jsonb_build_object('defaults', NEW.defaults, 'schemas', NEW.schemas);
    ELSIF TG_ARGV[0] = 'organization' THEN
      whose := NEW.organization_id;
      said := NEW.settings;
    ELSE
      whose := NEW.orchestrator_id;
      said := jsonb_build_object('features', NEW.features, 'session_config', NEW.session_config,
        'privacy_mode', NEW.privacy_mode, 'monitoring_enabled', NEW.monitoring_enabled,
        'phoenix_endpoint', NEW.phoenix_endpoint);
    END IF;
    SELECT coalesce(max(revision), 0) INTO newest FROM configuration_revisions
      WHERE level = TG_ARGV[0] AND level_id = whose;
    -- A level that never said anything has no revision.
    IF newest = 0 AND said IN ('{}', '{"defaults": {}, "schemas": {}}') THEN
      RETURN NULL;
    END IF;
    INSERT INTO configuration_revisions (level, level_id, revision, content, changed_by)
      VALUES (TG_ARGV[0], whose, newest + 1, said, 'sql:' || session_user);
    IF TG_ARGV[0] = 'fleet' THEN
      UPDATE fleet_configuration SET revision = newest + 1 WHERE id = NEW.id;
    ELSIF TG_ARGV[0] = 'organization' THEN
      UPDATE organizations SET settings_revision = newest + 1 WHERE organization_id = NEW.organization_id;
    ELSE
      UPDATE orchestrator_instances SET own_config_revision = newest + 1 WHERE id = NEW.id;
    END IF;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION record_independence()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      UPDATE independence_grants SET ended_at = now(), ended_by = 'deletion'
        WHERE orchestrator_id = OLD.orchestrator_id AND ended_at IS NULL;
    ELSIF NOT NEW.is_independent THEN
      UPDATE independence_grants SET ended_at = now(), ended_by = NEW.independence_updated_by
        WHERE orchestrator_id = NEW.orchestrator_id AND ended_at IS NULL;
    ELSIF TG_OP = 'INSERT' OR NOT OLD.is_independent THEN
      -- A table that was truncated has left its grants open.
      UPDATE independence_grants SET ended_at = now(), ended_by = 'deletion'
        WHERE orchestrator_id = NEW.orchestrator_id AND ended_at IS NULL;
      INSERT INTO independence_grants (orchestrator_id, organization_id, source, reason, expires_at, started_at,
        started_by)
      VALUES (NEW.orchestrator_id, NEW.organization_id, NEW.independence_source, NEW.independence_reason,
        NEW.independence_expires_at, coalesce(NEW.independence_updated_at, now()),
        coalesce(NEW.independence_updated_by, 'organization'));
    ELSE
      UPDATE independence_grants SET source = NEW.independence_source, reason = NEW.independence_reason,
        expires_at = NEW.independence_expires_at
        WHERE orchestrator_id = NEW.orchestrator_id AND ended_at IS NULL;
    END IF;
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
  END $function$;

CREATE OR REPLACE FUNCTION seal_audit_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  DECLARE
    place bigint := 1;
    previous text := repeat('0', 64);
    newest record;
  BEGIN
    PERFORM pg_advisory_xact_lock(8765003);
    SELECT position, hash INTO newest FROM audit_entries ORDER BY position DESC LIMIT 1;
    IF FOUND THEN
      place := newest.position + 1;
      previous := newest.hash;
    END IF;
    DELETE FROM audit_pending WHERE id = NEW.id;
    INSERT INTO audit_entries (position, at, action, actor_kind, actor_id, actor_name, address, request_id, organization_id, target_type,
      target_id, "before", "after", previous_hash, hash)
    VALUES (place, NEW.at, NEW.action, NEW.actor_kind, NEW.actor_id, NEW.actor_name, NEW.address, NEW.request_id,
      NEW.organization_id, NEW.target_type, NEW.target_id, NEW."before", NEW."after", previous,
      encode(sha256(convert_to(previous || ':' || place || ':' || NEW.content_hash, 'UTF8')), 'hex'));
    RETURN NULL;
  END $function$;

CREATE OR REPLACE FUNCTION search_form(text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ SELECT lower($1 COLLATE pg_unicode_fast) $function$;

CREATE OR REPLACE FUNCTION stamp_independence()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      NEW.independence_version := nextval('independence_version_seq');
      IF NEW.is_independent THEN
        NEW.independence_source := coalesce(NEW.independence_source, 'own');
        NEW.status := 'independent';
      END IF;
    ELSIF NEW.is_independent IS DISTINCT FROM OLD.is_independent THEN
      NEW.independence_version := nextval('independence_version_seq');
      IF NEW.independence_updated_by IS NOT DISTINCT FROM OLD.independence_updated_by
        AND NEW.independence_updated_at IS NOT DISTINCT FROM OLD.independence_updated_at THEN
        NEW.independence_updated_by := 'sql:' || session_user;
      END IF;
      NEW.independence_updated_at := now();
      NEW.independence_source := CASE WHEN NEW.is_independent
        THEN coalesce(NEW.independence_source, 'own') END;
      NEW.status := CASE WHEN NEW.is_independent THEN 'independent' ELSE 'inactive' END;
      IF NOT NEW.is_independent THEN
        NEW.independence_reason := NULL;
        NEW.independence_expires_at := NULL;
      END IF;
    END IF;
    RETURN NEW;
  END $function$;

-- Sequences

CREATE SEQUENCE audit_pending_id_seq AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;

CREATE SEQUENCE configuration_revisions_id_seq AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;

CREATE SEQUENCE controller_starts_id_seq AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;

CREATE SEQUENCE enrolment_tokens_id_seq AS integer START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1;

CREATE SEQUENCE independence_grants_id_seq AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;

CREATE SEQUENCE independence_observations_id_seq AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;

CREATE SEQUENCE independence_version_seq AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;

CREATE SEQUENCE metric_names_id_seq AS integer START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1;

CREATE SEQUENCE migrations_id_seq AS integer START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1;

CREATE SEQUENCE orchestrator_instances_id_seq AS integer START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1;

CREATE SEQUENCE orchestrator_messages_id_seq AS bigint START 1 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;

-- Tables, each with its constraints, indexes and triggers

CREATE TABLE api_tokens (
  token_id uuid NOT NULL DEFAULT gen_random_uuid(),
  name character varying(100) NOT NULL,
  role character varying(20) NOT NULL,
  organization_ids character varying(50)[] NOT NULL DEFAULT '{}'::character varying[],
  token_hash bytea NOT NULL,
  hint character varying(12) NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  last_used_address character varying(64),
  revoked_at timestamp with time zone,
  revoked_by character varying(255),
  created_by character varying(255),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT api_tokens_organizations_check CHECK ((role::text = 'superadmin'::text) = (organization_ids = '{}'::character varying[])),
  CONSTRAINT api_tokens_pkey PRIMARY KEY (token_id),
  CONSTRAINT api_tokens_role_check CHECK (role::text = ANY (ARRAY['superadmin', 'admin', 'operator', 'viewer']))
);
CREATE INDEX api_tokens_organization_ids_idx ON api_tokens USING gin (organization_ids);
CREATE UNIQUE INDEX api_tokens_token_hash_key ON api_tokens USING btree (token_hash);
CREATE TRIGGER api_tokens_announce_access AFTER DELETE OR UPDATE OF name, role, organization_ids, expires_at, revoked_at ON api_tokens
  FOR EACH ROW
  EXECUTE FUNCTION announce_access('api_token', 'token_id');

CREATE TABLE audit_entries (
  "position" bigint NOT NULL,
  at timestamp(3) with time zone NOT NULL,
  action character varying(60) NOT NULL,
  actor_kind character varying(20) NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  address text,
  request_id text,
  organization_id character varying(50),
  target_type character varying(40) NOT NULL,
  target_id text NOT NULL,
  before jsonb,
  after jsonb,
  previous_hash character(64) NOT NULL,
  hash character(64) NOT NULL,
  CONSTRAINT audit_entries_pkey PRIMARY KEY ("position")
);
CREATE INDEX audit_entries_action_idx ON audit_entries USING btree (action, "position");
CREATE INDEX audit_entries_actor_id_idx ON audit_entries USING btree (actor_id, "position");
CREATE INDEX audit_entries_actor_name_idx ON audit_entries USING btree (actor_name, "position");
CREATE INDEX audit_entries_at_idx ON audit_entries USING btree (at, "position");
CREATE INDEX audit_entries_organization_id_idx ON audit_entries USING btree (organization_id, "position");
CREATE INDEX audit_entries_search_idx ON audit_entries USING gin (target_id gin_trgm_ops, actor_name gin_trgm_ops, action gin_trgm_ops);
CREATE INDEX audit_entries_target_idx ON audit_entries USING btree (target_type, target_id, "position");
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE ON audit_entries
  FOR EACH ROW
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();

CREATE TABLE audit_pending (
  id bigint NOT NULL DEFAULT nextval('audit_pending_id_seq'::regclass),
  at timestamp(3) with time zone NOT NULL,
  action character varying(60) NOT NULL,
  actor_kind character varying(20) NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  address text,
  request_id text,
  organization_id character varying(50),
  target_type character varying(40) NOT NULL,
  target_id text NOT NULL,
  before jsonb,
  after jsonb,
  content_hash character(64) NOT NULL,
  CONSTRAINT audit_pending_pkey PRIMARY KEY (id)
);
ALTER SEQUENCE audit_pending_id_seq OWNED BY audit_pending.id;
CREATE CONSTRAINT TRIGGER audit_pending_seal AFTER INSERT ON audit_pending DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  EXECUTE FUNCTION seal_audit_entry();

CREATE TABLE configuration_revisions (
  id bigint NOT NULL DEFAULT nextval('configuration_revisions_id_seq'::regclass),
  level character varying(20) NOT NULL,
  level_id character varying(50) NOT NULL,
  revision integer NOT NULL,
  content jsonb NOT NULL,
  comment character varying(500),
  changed_by character varying(255) NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT configuration_revisions_level_key UNIQUE (level, level_id, revision),
  CONSTRAINT configuration_revisions_pkey PRIMARY KEY (id)
);
ALTER SEQUENCE configuration_revisions_id_seq OWNED BY configuration_revisions.id;
CREATE TRIGGER configuration_revisions_append_only BEFORE DELETE OR UPDATE ON configuration_revisions
  FOR EACH ROW
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER configuration_revisions_no_truncate BEFORE TRUNCATE ON configuration_revisions
  FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();

CREATE TABLE controller_fleet (
  id integer NOT NULL DEFAULT 1,
  scheduler_start bigint,
  scheduler_term bigint NOT NULL DEFAULT 0,
  CONSTRAINT controller_fleet_id_check CHECK (id = 1),
  CONSTRAINT controller_fleet_pkey PRIMARY KEY (id)
);

CREATE TABLE controller_starts (
  id bigint NOT NULL DEFAULT nextval('controller_starts_id_seq'::regclass),
  started_at timestamp with time zone NOT NULL DEFAULT now(),
  instance_id character varying(255),
  version character varying(50),
  heard_at timestamp with time zone,
  lease_until timestamp with time zone,
  ended_at timestamp with time zone,
  was_lost boolean NOT NULL DEFAULT false,
  is_draining boolean NOT NULL DEFAULT false,
  connections integer NOT NULL DEFAULT 0,
  registered integer NOT NULL DEFAULT 0,
  CONSTRAINT controller_starts_pkey PRIMARY KEY (id)
) WITH (fillfactor=50);
ALTER SEQUENCE controller_starts_id_seq OWNED BY controller_starts.id;

CREATE TABLE enrolment_tokens (
  id integer NOT NULL DEFAULT nextval('enrolment_tokens_id_seq'::regclass),
  organization_id character varying(50) NOT NULL,
  name character varying(255) NOT NULL,
  token_hash bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  max_uses integer,
  uses integer NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  created_by character varying(255) NOT NULL,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by character varying(255),
  CONSTRAINT enrolment_tokens_pkey PRIMARY KEY (id),
  CONSTRAINT enrolment_tokens_token_hash_key UNIQUE (token_hash),
  CONSTRAINT enrolment_tokens_uses_check CHECK (uses <= max_uses)
);
ALTER SEQUENCE enrolment_tokens_id_seq OWNED BY enrolment_tokens.id;
CREATE INDEX enrolment_tokens_organization_id_idx ON enrolment_tokens USING btree (organization_id);

CREATE TABLE fleet_configuration (
  id smallint NOT NULL,
  defaults jsonb NOT NULL DEFAULT '{}'::jsonb,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  schemas jsonb NOT NULL DEFAULT '{}'::jsonb,
  revision integer NOT NULL DEFAULT 0,
  CONSTRAINT fleet_configuration_pkey PRIMARY KEY (id)
);
CREATE TRIGGER fleet_configuration_record_insert AFTER INSERT ON fleet_configuration
  FOR EACH ROW WHEN (new.revision = 0)
  EXECUTE FUNCTION record_configuration('fleet');
CREATE TRIGGER fleet_configuration_record_update AFTER UPDATE OF defaults, schemas ON fleet_configuration
  FOR EACH ROW WHEN (new.revision = old.revision AND (new.defaults IS DISTINCT FROM old.defaults OR new.schemas IS DISTINCT FROM old.schemas))
  EXECUTE FUNCTION record_configuration('fleet');

CREATE TABLE id_widening (
  table_name character varying(63) NOT NULL,
  since timestamp with time zone NOT NULL DEFAULT now(),
  filled_to bigint NOT NULL DEFAULT 0,
  CONSTRAINT id_widening_pkey PRIMARY KEY (table_name)
);

CREATE TABLE idempotency_keys (
  caller character varying(300) NOT NULL,
  route character varying(300) NOT NULL,
  key character varying(255) NOT NULL,
  request_hash character varying(64) NOT NULL,
  answer json,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys USING btree (created_at);

CREATE TABLE independence_grants (
  id bigint NOT NULL DEFAULT nextval('independence_grants_id_seq'::regclass),
  orchestrator_id character varying(50) NOT NULL,
  organization_id character varying(50) NOT NULL,
  source character varying(20) NOT NULL,
  reason character varying(500),
  expires_at timestamp with time zone,
  started_at timestamp with time zone NOT NULL,
  started_by character varying(255) NOT NULL,
  ended_at timestamp with time zone,
  ended_by character varying(255),
  instance_id integer,
  CONSTRAINT independence_grants_pkey PRIMARY KEY (id)
);
ALTER SEQUENCE independence_grants_id_seq OWNED BY independence_grants.id;
CREATE INDEX independence_grants_instance_id_idx ON independence_grants USING btree (instance_id, id);
CREATE UNIQUE INDEX independence_grants_open_key ON independence_grants USING btree (orchestrator_id) WHERE ended_at IS NULL;
CREATE INDEX independence_grants_orchestrator_id_idx ON independence_grants USING btree (orchestrator_id, id);
CREATE TRIGGER independence_grants_complete BEFORE INSERT ON independence_grants
  FOR EACH ROW WHEN (new.instance_id IS NULL)
  EXECUTE FUNCTION complete_grant();

CREATE TABLE independence_observations (
  id bigint NOT NULL DEFAULT nextval('independence_observations_id_seq'::regclass),
  grant_id bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  kind character varying(30) NOT NULL,
  detail character varying(500) NOT NULL,
  CONSTRAINT independence_observations_pkey PRIMARY KEY (id)
);
ALTER SEQUENCE independence_observations_id_seq OWNED BY independence_observations.id;
CREATE INDEX independence_observations_grant_id_idx ON independence_observations USING btree (grant_id, id);

CREATE TABLE message_counts (
  status character varying(20) NOT NULL,
  shard smallint NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT message_counts_pkey PRIMARY KEY (status, shard)
);

CREATE TABLE metric_names (
  id integer NOT NULL DEFAULT nextval('metric_names_id_seq'::regclass),
  name character varying(200) NOT NULL,
  CONSTRAINT metric_names_name_key UNIQUE (name),
  CONSTRAINT metric_names_pkey PRIMARY KEY (id)
);
ALTER SEQUENCE metric_names_id_seq OWNED BY metric_names.id;

CREATE TABLE migrations (
  id integer NOT NULL DEFAULT nextval('migrations_id_seq'::regclass),
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id)
);
ALTER SEQUENCE migrations_id_seq OWNED BY migrations.id;

CREATE TABLE monitoring_samples (
  instance_id integer NOT NULL,
  metric_id integer NOT NULL,
  at timestamp with time zone NOT NULL,
  value double precision NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX monitoring_samples_series_idx ON ONLY monitoring_samples USING btree (instance_id, metric_id, at);

CREATE TABLE orchestrator_activity (
  id integer NOT NULL,
  orchestrator_id character varying(50) NOT NULL,
  last_seen timestamp with time zone,
  last_activity timestamp with time zone,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT orchestrator_activity_pkey PRIMARY KEY (id)
);
CREATE INDEX orchestrator_activity_last_activity_idx ON orchestrator_activity USING btree (last_activity NULLS FIRST, orchestrator_id);
CREATE INDEX orchestrator_activity_last_seen_idx ON orchestrator_activity USING btree (last_seen NULLS FIRST, orchestrator_id);
CREATE INDEX orchestrator_activity_updated_at_idx ON orchestrator_activity USING btree (updated_at, orchestrator_id);

CREATE TABLE orchestrator_config_versions (
  orchestrator_id character varying(50) NOT NULL,
  config_version integer NOT NULL,
  config_hash character varying(64) NOT NULL,
  organization_id character varying(50) NOT NULL,
  fleet_revision integer NOT NULL,
  organization_revision integer NOT NULL,
  own_revision integer NOT NULL,
  level character varying(20) NOT NULL,
  comment character varying(500),
  changed_by character varying(255) NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT orchestrator_config_versions_pkey PRIMARY KEY (orchestrator_id, config_version)
);
CREATE TRIGGER orchestrator_config_versions_append_only BEFORE DELETE OR UPDATE ON orchestrator_config_versions
  FOR EACH ROW
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER orchestrator_config_versions_no_truncate BEFORE TRUNCATE ON orchestrator_config_versions
  FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();

CREATE TABLE orchestrator_counts (
  organization_id character varying(50) NOT NULL,
  is_independent boolean NOT NULL,
  shard smallint NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT orchestrator_counts_pkey PRIMARY KEY (organization_id, is_independent, shard)
);

CREATE TABLE orchestrator_credentials (
  orchestrator_id character varying(50) NOT NULL,
  current_hash bytea NOT NULL,
  issued_at timestamp with time zone NOT NULL,
  confirmed_at timestamp with time zone,
  last_used_at timestamp with time zone,
  next_hash bytea,
  next_issued_at timestamp with time zone,
  rotation_requested_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by character varying(255),
  enrolment_token_id integer,
  CONSTRAINT orchestrator_credentials_pkey PRIMARY KEY (orchestrator_id)
);
CREATE TRIGGER orchestrator_credentials_announce_deletion AFTER DELETE ON orchestrator_credentials
  FOR EACH ROW
  EXECUTE FUNCTION announce_credential();
CREATE TRIGGER orchestrator_credentials_announce_revocation AFTER UPDATE OF revoked_at ON orchestrator_credentials
  FOR EACH ROW WHEN (new.revoked_at IS DISTINCT FROM old.revoked_at)
  EXECUTE FUNCTION announce_credential();

CREATE TABLE orchestrator_directory (
  id integer NOT NULL,
  orchestrator_id character varying(50) NOT NULL,
  organization_id character varying(50) NOT NULL,
  name character varying(255) NOT NULL,
  version character varying(100),
  labels jsonb NOT NULL,
  is_independent boolean NOT NULL,
  is_quarantined boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  search_text text COLLATE "C" NOT NULL,
  CONSTRAINT orchestrator_directory_pkey PRIMARY KEY (id)
);
CREATE INDEX orchestrator_directory_created_at_idx ON orchestrator_directory USING btree (created_at, orchestrator_id);
CREATE INDEX orchestrator_directory_is_independent_idx ON orchestrator_directory USING btree (orchestrator_id) WHERE is_independent;
CREATE INDEX orchestrator_directory_labels_idx ON orchestrator_directory USING gin (labels);
CREATE INDEX orchestrator_directory_name_idx ON orchestrator_directory USING btree (name, orchestrator_id);
CREATE INDEX orchestrator_directory_orchestrator_id_idx ON orchestrator_directory USING btree (orchestrator_id) INCLUDE (id, is_independent, search_text);
CREATE INDEX orchestrator_directory_organization_id_idx ON orchestrator_directory USING btree (organization_id, orchestrator_id);
CREATE INDEX orchestrator_directory_search_idx ON orchestrator_directory USING gin (search_text gin_trgm_ops);
CREATE INDEX orchestrator_directory_version_idx ON orchestrator_directory USING btree (version NULLS FIRST, orchestrator_id);

CREATE TABLE orchestrator_instances (
  id integer NOT NULL DEFAULT nextval('orchestrator_instances_id_seq'::regclass),
  orchestrator_id character varying(50) NOT NULL,
  organization_id character varying(50) NOT NULL,
  name character varying(255) NOT NULL,
  organization_name character varying(255),
  status character varying(20) NOT NULL DEFAULT 'inactive'::character varying,
  health_status jsonb NOT NULL DEFAULT '{}'::jsonb,
  is_independent boolean NOT NULL DEFAULT false,
  last_seen timestamp with time zone,
  features jsonb NOT NULL DEFAULT '{}'::jsonb,
  session_config jsonb NOT NULL DEFAULT '{}'::jsonb,
  privacy_mode boolean DEFAULT false,
  internal_url character varying(255),
  database_url text,
  redis_url text,
  container_id character varying(100),
  image_name character varying(255),
  environment_variables jsonb NOT NULL DEFAULT '{}'::jsonb,
  phoenix_endpoint character varying(255),
  monitoring_enabled boolean DEFAULT false,
  admin_email character varying(255),
  support_email character varying(255),
  website character varying(255),
  last_activity timestamp with time zone,
  labels jsonb NOT NULL DEFAULT '{}'::jsonb,
  version character varying(100),
  capabilities jsonb NOT NULL DEFAULT '[]'::jsonb,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
  config_version integer NOT NULL DEFAULT 1,
  reported_config_version integer,
  independence_source character varying(20),
  independence_version bigint NOT NULL DEFAULT 0,
  independence_updated_at timestamp with time zone,
  independence_updated_by character varying(255),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  own_config_revision integer NOT NULL DEFAULT 0,
  config_hash character varying(64),
  config_changed_at timestamp with time zone NOT NULL DEFAULT now(),
  config_ack_version integer,
  config_ack_status character varying(20),
  config_ack_detail text,
  config_ack_at timestamp with time zone,
  independence_reason character varying(500),
  independence_expires_at timestamp with time zone,
  quarantined_at timestamp with time zone,
  quarantine_reason character varying(500),
  heard_in_start bigint NOT NULL DEFAULT 0,
  connection_lost_at timestamp with time zone,
  first_config_version integer NOT NULL DEFAULT 1,
  first_own_revision integer NOT NULL DEFAULT 1,
  owner_epoch bigint NOT NULL DEFAULT 0,
  CONSTRAINT orchestrator_instances_orchestrator_id_key UNIQUE (orchestrator_id),
  CONSTRAINT orchestrator_instances_pkey PRIMARY KEY (id)
) WITH (fillfactor=80);
ALTER SEQUENCE orchestrator_instances_id_seq OWNED BY orchestrator_instances.id;
CREATE INDEX orchestrator_instances_independence_expires_at_idx ON orchestrator_instances USING btree (independence_expires_at) WHERE is_independent AND independence_expires_at IS NOT NULL;
CREATE INDEX orchestrator_instances_organization_id_idx ON orchestrator_instances USING btree (organization_id);
CREATE TRIGGER orchestrator_instances_announce_delete AFTER DELETE ON orchestrator_instances
  FOR EACH ROW
  EXECUTE FUNCTION announce_independence();
CREATE TRIGGER orchestrator_instances_announce_end AFTER DELETE ON orchestrator_instances
  FOR EACH ROW
  EXECUTE FUNCTION announce_credential();
CREATE TRIGGER orchestrator_instances_announce_quarantine AFTER UPDATE OF quarantined_at ON orchestrator_instances
  FOR EACH ROW WHEN (new.quarantined_at IS DISTINCT FROM old.quarantined_at)
  EXECUTE FUNCTION announce_credential();
CREATE TRIGGER orchestrator_instances_announce_switch AFTER UPDATE OF is_independent ON orchestrator_instances
  FOR EACH ROW WHEN (old.is_independent IS DISTINCT FROM new.is_independent)
  EXECUTE FUNCTION announce_independence();
CREATE TRIGGER orchestrator_instances_announce_truncate AFTER TRUNCATE ON orchestrator_instances
  FOR EACH STATEMENT
  EXECUTE FUNCTION announce_independence();
CREATE TRIGGER orchestrator_instances_begin_life BEFORE INSERT ON orchestrator_instances
  FOR EACH ROW
  EXECUTE FUNCTION begin_life();
CREATE TRIGGER orchestrator_instances_count_delete AFTER DELETE ON orchestrator_instances REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_orchestrators();
CREATE TRIGGER orchestrator_instances_count_insert AFTER INSERT ON orchestrator_instances REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_orchestrators();
CREATE TRIGGER orchestrator_instances_count_truncate AFTER TRUNCATE ON orchestrator_instances
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_orchestrators();
CREATE TRIGGER orchestrator_instances_count_update AFTER UPDATE ON orchestrator_instances REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_orchestrators();
CREATE TRIGGER orchestrator_instances_end_life AFTER DELETE ON orchestrator_instances REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION end_life();
CREATE TRIGGER orchestrator_instances_file AFTER UPDATE OF orchestrator_id, organization_id, name, version, labels, is_independent, created_at, quarantined_at ON orchestrator_instances
  FOR EACH ROW WHEN (old.orchestrator_id::text IS DISTINCT FROM new.orchestrator_id::text OR old.organization_id::text IS DISTINCT FROM new.organization_id::text OR old.name::text IS DISTINCT FROM new.name::text OR old.version::text IS DISTINCT FROM new.version::text OR old.labels IS DISTINCT FROM new.labels OR old.is_independent IS DISTINCT FROM new.is_independent OR old.created_at IS DISTINCT FROM new.created_at OR old.quarantined_at IS DISTINCT FROM new.quarantined_at)
  EXECUTE FUNCTION file_orchestrator();
CREATE TRIGGER orchestrator_instances_follow_delete AFTER DELETE ON orchestrator_instances REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION follow_orchestrators();
CREATE TRIGGER orchestrator_instances_follow_insert AFTER INSERT ON orchestrator_instances REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION follow_orchestrators();
CREATE TRIGGER orchestrator_instances_follow_truncate AFTER TRUNCATE ON orchestrator_instances
  FOR EACH STATEMENT
  EXECUTE FUNCTION follow_orchestrators();
CREATE TRIGGER orchestrator_instances_follow_update AFTER UPDATE ON orchestrator_instances REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION follow_orchestrators();
CREATE TRIGGER orchestrator_instances_record_creation AFTER INSERT ON orchestrator_instances
  FOR EACH ROW WHEN (new.is_independent)
  EXECUTE FUNCTION record_independence();
CREATE TRIGGER orchestrator_instances_record_deletion AFTER DELETE ON orchestrator_instances
  FOR EACH ROW WHEN (old.is_independent)
  EXECUTE FUNCTION record_independence();
CREATE TRIGGER orchestrator_instances_record_insert AFTER INSERT ON orchestrator_instances
  FOR EACH ROW WHEN (new.own_config_revision = 0)
  EXECUTE FUNCTION record_configuration('orchestrator');
CREATE TRIGGER orchestrator_instances_record_switch AFTER UPDATE OF is_independent, independence_source, independence_reason, independence_expires_at ON orchestrator_instances
  FOR EACH ROW WHEN (old.is_independent IS DISTINCT FROM new.is_independent OR old.independence_source::text IS DISTINCT FROM new.independence_source::text OR old.independence_reason::text IS DISTINCT FROM new.independence_reason::text OR old.independence_expires_at IS DISTINCT FROM new.independence_expires_at)
  EXECUTE FUNCTION record_independence();
CREATE TRIGGER orchestrator_instances_record_update AFTER UPDATE OF features, session_config, privacy_mode, monitoring_enabled, phoenix_endpoint ON orchestrator_instances
  FOR EACH ROW WHEN (new.own_config_revision = old.own_config_revision AND (new.features IS DISTINCT FROM old.features OR new.session_config IS DISTINCT FROM old.session_config OR new.privacy_mode IS DISTINCT FROM old.privacy_mode OR new.monitoring_enabled IS DISTINCT FROM old.monitoring_enabled OR new.phoenix_endpoint::text IS DISTINCT FROM old.phoenix_endpoint::text))
  EXECUTE FUNCTION record_configuration('orchestrator');
CREATE TRIGGER orchestrator_instances_stamp_independence BEFORE INSERT OR UPDATE OF is_independent ON orchestrator_instances
  FOR EACH ROW
  EXECUTE FUNCTION stamp_independence();

CREATE TABLE orchestrator_messages (
  id bigint NOT NULL DEFAULT nextval('orchestrator_messages_id_seq'::regclass),
  orchestrator_id character varying(50) NOT NULL,
  direction character varying(20) NOT NULL DEFAULT 'to_orchestrator'::character varying,
  message_type character varying(50) NOT NULL,
  message_content jsonb NOT NULL,
  status character varying(20) NOT NULL DEFAULT 'pending'::character varying,
  attempts integer NOT NULL DEFAULT 0,
  client_message_id character varying(255),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  organization_id character varying(50),
  awaits_ack boolean NOT NULL DEFAULT false,
  unanswered integer NOT NULL DEFAULT 0,
  expires_at timestamp with time zone,
  sent_at timestamp with time zone,
  failure_reason text,
  created_by character varying(255),
  traceparent character varying(55),
  CONSTRAINT orchestrator_messages_pkey PRIMARY KEY (id),
  CONSTRAINT orchestrator_messages_status_check CHECK (direction::text = 'to_orchestrator'::text AND (status::text = ANY (ARRAY['pending', 'sent', 'delivered', 'failed', 'expired', 'cancelled'])) OR direction::text = 'from_orchestrator'::text AND (status::text = ANY (ARRAY['received', 'acknowledged', 'dismissed'])))
);
ALTER SEQUENCE orchestrator_messages_id_seq OWNED BY orchestrator_messages.id;
CREATE UNIQUE INDEX orchestrator_messages_client_message_id_key ON orchestrator_messages USING btree (orchestrator_id, client_message_id) WHERE client_message_id IS NOT NULL;
CREATE INDEX orchestrator_messages_created_at_idx ON orchestrator_messages USING btree (created_at);
CREATE INDEX orchestrator_messages_expiry_idx ON orchestrator_messages USING btree (expires_at) WHERE expires_at IS NOT NULL AND (status::text = 'pending'::text OR status::text = 'sent'::text AND awaits_ack);
CREATE INDEX orchestrator_messages_message_type_idx ON orchestrator_messages USING btree (message_type);
CREATE INDEX orchestrator_messages_orchestrator_id_idx ON orchestrator_messages USING btree (orchestrator_id, id);
CREATE INDEX orchestrator_messages_organization_id_idx ON orchestrator_messages USING btree (organization_id, id);
CREATE INDEX orchestrator_messages_outbox_idx ON orchestrator_messages USING btree (orchestrator_id, id) WHERE direction::text = 'to_orchestrator'::text AND (status::text = 'pending'::text OR status::text = 'sent'::text AND awaits_ack);
CREATE INDEX orchestrator_messages_status_idx ON orchestrator_messages USING btree (direction, status);
CREATE TRIGGER orchestrator_messages_complete BEFORE INSERT ON orchestrator_messages
  FOR EACH ROW WHEN (new.organization_id IS NULL)
  EXECUTE FUNCTION complete_message();
CREATE TRIGGER orchestrator_messages_count_delete AFTER DELETE ON orchestrator_messages REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_messages();
CREATE TRIGGER orchestrator_messages_count_insert AFTER INSERT ON orchestrator_messages REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_messages();
CREATE TRIGGER orchestrator_messages_count_truncate AFTER TRUNCATE ON orchestrator_messages
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_messages();
CREATE TRIGGER orchestrator_messages_count_update AFTER UPDATE ON orchestrator_messages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION count_messages();

CREATE TABLE orchestrator_metric_names (
  instance_id integer NOT NULL,
  metric_id integer NOT NULL,
  CONSTRAINT orchestrator_metric_names_pkey PRIMARY KEY (instance_id, metric_id)
);

CREATE TABLE organization_metric_names (
  organization_id character varying(50) NOT NULL,
  metric_id integer NOT NULL,
  CONSTRAINT organization_metric_names_pkey PRIMARY KEY (organization_id, metric_id)
);

CREATE TABLE organizations (
  organization_id character varying(50) NOT NULL,
  name character varying(255) NOT NULL,
  status character varying(20) NOT NULL DEFAULT 'active'::character varying,
  is_active boolean NOT NULL DEFAULT true,
  is_independent boolean NOT NULL DEFAULT false,
  settings jsonb NOT NULL DEFAULT '{}'::jsonb,
  admin_email character varying(255),
  support_email character varying(255),
  website character varying(255),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  settings_revision integer NOT NULL DEFAULT 0,
  independence_reason character varying(500),
  independence_expires_at timestamp with time zone,
  independence_updated_at timestamp with time zone,
  independence_updated_by character varying(255),
  CONSTRAINT organizations_pkey PRIMARY KEY (organization_id)
);
CREATE INDEX organizations_created_at_idx ON organizations USING btree (created_at);
CREATE INDEX organizations_name_idx ON organizations USING btree (name);
CREATE INDEX organizations_search_idx ON organizations USING gin (organization_id gin_trgm_ops, name gin_trgm_ops);
CREATE INDEX organizations_status_idx ON organizations USING btree (status);
CREATE TRIGGER organizations_announce_deactivation AFTER UPDATE OF is_active ON organizations
  FOR EACH ROW WHEN (old.is_active AND NOT new.is_active)
  EXECUTE FUNCTION announce_deactivation();
CREATE TRIGGER organizations_record_insert AFTER INSERT ON organizations
  FOR EACH ROW WHEN (new.settings_revision = 0)
  EXECUTE FUNCTION record_configuration('organization');
CREATE TRIGGER organizations_record_update AFTER UPDATE OF settings ON organizations
  FOR EACH ROW WHEN (new.settings_revision = old.settings_revision AND new.settings IS DISTINCT FROM old.settings)
  EXECUTE FUNCTION record_configuration('organization');

CREATE TABLE sessions (
  session_id uuid NOT NULL DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  address character varying(64),
  user_agent character varying(512),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  last_used_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  end_reason character varying(30),
  CONSTRAINT sessions_pkey PRIMARY KEY (session_id)
);
CREATE INDEX sessions_expires_at_idx ON sessions USING btree (expires_at);
CREATE INDEX sessions_user_id_idx ON sessions USING btree (user_id, created_at);
CREATE TRIGGER sessions_announce_access AFTER DELETE OR UPDATE OF ended_at ON sessions
  FOR EACH ROW
  EXECUTE FUNCTION announce_access('session', 'session_id');

CREATE TABLE usage_entries (
  message_id bigint NOT NULL,
  entry smallint NOT NULL,
  orchestrator_id character varying(50) NOT NULL,
  organization_id character varying(50) NOT NULL,
  at timestamp with time zone NOT NULL,
  model character varying(200) NOT NULL,
  requests bigint,
  input_tokens bigint,
  output_tokens bigint,
  cost_usd numeric,
  CONSTRAINT usage_entries_pkey PRIMARY KEY (message_id, entry)
);
CREATE INDEX usage_entries_at_idx ON usage_entries USING btree (at);
CREATE INDEX usage_entries_organization_id_idx ON usage_entries USING btree (organization_id, at);

CREATE TABLE users (
  user_id uuid NOT NULL DEFAULT gen_random_uuid(),
  email character varying(255) NOT NULL,
  name character varying(255) NOT NULL,
  role character varying(20) NOT NULL,
  organization_ids character varying(50)[] NOT NULL DEFAULT '{}'::character varying[],
  is_active boolean NOT NULL DEFAULT true,
  password_hash character varying(255),
  oidc_subject character varying(512),
  last_login_at timestamp with time zone,
  created_by character varying(255),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT users_organizations_check CHECK ((role::text = 'superadmin'::text) = (organization_ids = '{}'::character varying[])),
  CONSTRAINT users_pkey PRIMARY KEY (user_id),
  CONSTRAINT users_role_check CHECK (role::text = ANY (ARRAY['superadmin', 'admin', 'operator', 'viewer']))
);
CREATE UNIQUE INDEX users_email_key ON users USING btree (lower(email::text));
CREATE UNIQUE INDEX users_oidc_subject_key ON users USING btree (oidc_subject);
CREATE INDEX users_organization_ids_idx ON users USING gin (organization_ids);
CREATE TRIGGER users_announce_access AFTER DELETE OR UPDATE OF email, role, organization_ids, is_active ON users
  FOR EACH ROW
  EXECUTE FUNCTION announce_access('user', 'user_id');

-- Foreign keys

ALTER TABLE enrolment_tokens ADD CONSTRAINT enrolment_tokens_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES organizations(organization_id);

ALTER TABLE independence_observations ADD CONSTRAINT independence_observations_grant_id_fkey
  FOREIGN KEY (grant_id) REFERENCES independence_grants(id) ON DELETE CASCADE;

ALTER TABLE orchestrator_credentials ADD CONSTRAINT orchestrator_credentials_enrolment_token_id_fkey
  FOREIGN KEY (enrolment_token_id) REFERENCES enrolment_tokens(id) ON DELETE SET NULL;

ALTER TABLE orchestrator_credentials ADD CONSTRAINT orchestrator_credentials_orchestrator_id_fkey
  FOREIGN KEY (orchestrator_id) REFERENCES orchestrator_instances(orchestrator_id) ON DELETE CASCADE;

ALTER TABLE orchestrator_instances ADD CONSTRAINT orchestrator_instances_organization_id_fkey
  FOREIGN KEY (organization_id) REFERENCES organizations(organization_id);

ALTER TABLE sessions ADD CONSTRAINT sessions_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;
