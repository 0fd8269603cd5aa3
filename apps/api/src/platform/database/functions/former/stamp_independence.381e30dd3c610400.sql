-- Before independence was a lease with a reason and an end.
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
      NEW.independence_updated_at := now();
      IF NEW.independence_updated_by IS NOT DISTINCT FROM OLD.independence_updated_by THEN
        NEW.independence_updated_by := 'sql:' || session_user;
      END IF;
      NEW.independence_source := CASE WHEN NEW.is_independent
        THEN coalesce(NEW.independence_source, 'own') END;
      NEW.status := CASE WHEN NEW.is_independent THEN 'independent' ELSE 'inactive' END;
    END IF;
    RETURN NEW;
  END $$;
