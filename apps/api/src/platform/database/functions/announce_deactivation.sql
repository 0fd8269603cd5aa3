-- Tells controllers that an organization was deactivated, so that registrations under way are refused.
CREATE OR REPLACE FUNCTION announce_deactivation() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('moolai_credentials', 'organization:' || NEW.organization_id);
    RETURN NULL;
  END $$;
