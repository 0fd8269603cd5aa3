-- Lets the histories of an id that is used again continue after those of the orchestrator that had it before.
CREATE OR REPLACE FUNCTION begin_life() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.first_config_version := 1 + coalesce((SELECT max(config_version) FROM orchestrator_config_versions
        WHERE orchestrator_id = NEW.orchestrator_id), 0);
    NEW.first_own_revision := 1 + coalesce((SELECT max(revision) FROM configuration_revisions
        WHERE level = 'orchestrator' AND level_id = NEW.orchestrator_id), 0);
    NEW.config_version := greatest(NEW.config_version, NEW.first_config_version);
    RETURN NEW;
  END $$;
