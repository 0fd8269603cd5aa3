import { FleetConfigurationEntity } from '../../app/configuration/fleet-configuration.entity.js';
import { MessageEntity } from '../../app/messages/message.entity.js';
import { OrchestratorEntity } from '../../app/orchestrators/orchestrator.entity.js';
import { OrganizationEntity } from '../../app/organizations/organization.entity.js';

/** Every row type. Listed by hand: a glob would differ between sources, builds and tests. */
export const entities = [OrganizationEntity, OrchestratorEntity, MessageEntity, FleetConfigurationEntity];
