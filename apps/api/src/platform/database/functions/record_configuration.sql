-- Records a configuration that SQL changed as a revision. The API writes its own revisions and their numbers; the
-- triggers call this only when the number stayed the same.
CREATE OR REPLACE FUNCTION record_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
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
  END $$;
