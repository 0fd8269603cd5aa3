-- Tells controllers of each switch of independence. They answer heartbeats from memory, also after a switch by SQL.
CREATE OR REPLACE FUNCTION announce_independence() RETURNS trigger LANGUAGE plpgsql AS $$
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
  END $$;
