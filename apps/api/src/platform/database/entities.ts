import { ApiTokenEntity } from '../../app/api-tokens/api-token.entity.js';
import { AuditEntryEntity } from '../../app/audit/audit-entry.entity.js';
import { EnrolmentTokenEntity } from '../../app/credentials/enrolment-token.entity.js';
import { FleetConfigurationEntity } from '../../app/configuration/fleet-configuration.entity.js';
import { MessageEntity } from '../../app/messages/message.entity.js';
import { OrchestratorActivityEntity } from '../../app/orchestrators/orchestrator-activity.entity.js';
import { OrchestratorDirectoryEntity } from '../../app/orchestrators/orchestrator-directory.entity.js';
import { OrchestratorEntity } from '../../app/orchestrators/orchestrator.entity.js';
import { OrganizationEntity } from '../../app/organizations/organization.entity.js';
import { UserEntity } from '../../app/users/user.entity.js';

/** All entities. Listed by hand, because a glob would differ between sources, builds and tests. */
export const entities = [
  OrganizationEntity,
  OrchestratorEntity,
  OrchestratorDirectoryEntity,
  OrchestratorActivityEntity,
  MessageEntity,
  FleetConfigurationEntity,
  UserEntity,
  ApiTokenEntity,
  AuditEntryEntity,
  EnrolmentTokenEntity,
];
