-- Numbers each switch of independence and completes it: who, when, from which source, and the status that follows.
-- A switch is by hand when neither who nor when changed with it: the same user may switch twice.
CREATE OR REPLACE FUNCTION stamp_independence() RETURNS trigger LANGUAGE plpgsql AS $$
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
  END $$;
