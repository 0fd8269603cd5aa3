-- Moves an entry of the audit to its place in the chain when its transaction commits (docs/adr/0007).
-- The trigger is deferred, so that the lock of the chain is held during the commit only.
CREATE OR REPLACE FUNCTION seal_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
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
  END $$;
