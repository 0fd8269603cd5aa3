-- Frees the keys of a deleted orchestrator's reports, so that the next one with its id can use them.
CREATE OR REPLACE FUNCTION end_life() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE orchestrator_messages m SET client_message_id = NULL FROM old_rows o
      WHERE m.orchestrator_id = o.orchestrator_id AND m.client_message_id IS NOT NULL;
    RETURN NULL;
  END $$;
