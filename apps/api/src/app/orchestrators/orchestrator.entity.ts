import type { HealthStatus, IndependenceSource, JsonObject, OrchestratorStatus } from '@moolai/contracts';
import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';

/** A row of `orchestrator_instances` (HLD 4.1.2, with the contract's additions). */
@Entity('orchestrator_instances')
@Unique('orchestrator_instances_orchestrator_id_key', ['orchestratorId'])
@Index('orchestrator_instances_organization_id_idx', ['organizationId'])
@Index('orchestrator_instances_independence_expires_at_idx', { synchronize: false })
export class OrchestratorEntity {
  @PrimaryGeneratedColumn({
    name: 'id',
    type: 'integer',
    primaryKeyConstraintName: 'orchestrator_instances_pkey',
  })
  id: number;

  @Column({ name: 'orchestrator_id', type: 'varchar', length: 50 })
  orchestratorId: string;

  @Column({ name: 'organization_id', type: 'varchar', length: 50 })
  organizationId: string;

  @ManyToOne(() => OrganizationEntity)
  @JoinColumn({
    name: 'organization_id',
    foreignKeyConstraintName: 'orchestrator_instances_organization_id_fkey',
  })
  organization?: OrganizationEntity;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'organization_name', type: 'varchar', length: 255, nullable: true })
  organizationName: string | null;

  /** As of the last batch; the API derives the current status from memory. */
  @Column({ name: 'status', type: 'varchar', length: 20, default: 'inactive' })
  status: OrchestratorStatus;

  /** The first version and own revision of this row; lower ones belong to a deleted orchestrator with the same id. */
  @Column({ name: 'first_config_version', type: 'integer', default: 1 })
  firstConfigVersion: number;

  @Column({ name: 'first_own_revision', type: 'integer', default: 1 })
  firstOwnRevision: number;

  /** The controller start in which it last registered. */
  @Column({ name: 'heard_in_start', type: 'bigint', default: 0 })
  heardInStart: string;

  /** Increases with each registration: of two owners of a connection, the one with the higher epoch is newer. */
  @Column({ name: 'owner_epoch', type: 'bigint', default: 0 })
  ownerEpoch: string;

  /** When its connection was lost without a goodbye; null if it is connected, or ended otherwise. */
  @Column({ name: 'connection_lost_at', type: 'timestamptz', nullable: true })
  connectionLostAt: Date | null;

  @Column({ name: 'health_status', type: 'jsonb', default: {} })
  healthStatus: HealthStatus;

  @Column({ name: 'is_independent', type: 'boolean', default: false })
  isIndependent: boolean;

  @Column({ name: 'last_seen', type: 'timestamptz', nullable: true })
  lastSeen: Date | null;

  @Column({ name: 'features', type: 'jsonb', default: {} })
  features: JsonObject;

  @Column({ name: 'session_config', type: 'jsonb', default: {} })
  sessionConfig: JsonObject;

  /** Null: not set here, so that the organization's or the fleet's value applies. */
  @Column({ name: 'privacy_mode', type: 'boolean', default: false, nullable: true })
  privacyMode: boolean | null;

  @Column({ name: 'internal_url', type: 'varchar', length: 255, nullable: true })
  internalUrl: string | null;

  /** Encrypted, like the two below (docs/operators.md). */
  @Column({ name: 'database_url', type: 'text', nullable: true })
  databaseUrl: string | null;

  @Column({ name: 'redis_url', type: 'text', nullable: true })
  redisUrl: string | null;

  @Column({ name: 'container_id', type: 'varchar', length: 100, nullable: true })
  containerId: string | null;

  @Column({ name: 'image_name', type: 'varchar', length: 255, nullable: true })
  imageName: string | null;

  @Column({ name: 'environment_variables', type: 'jsonb', default: {} })
  environmentVariables: Record<string, string>;

  @Column({ name: 'phoenix_endpoint', type: 'varchar', length: 255, nullable: true })
  phoenixEndpoint: string | null;

  /** Null: not set here, so that the organization's or the fleet's value applies. */
  @Column({ name: 'monitoring_enabled', type: 'boolean', default: false, nullable: true })
  monitoringEnabled: boolean | null;

  @Column({ name: 'admin_email', type: 'varchar', length: 255, nullable: true })
  adminEmail: string | null;

  @Column({ name: 'support_email', type: 'varchar', length: 255, nullable: true })
  supportEmail: string | null;

  @Column({ name: 'website', type: 'varchar', length: 255, nullable: true })
  website: string | null;

  @Column({ name: 'last_activity', type: 'timestamptz', nullable: true })
  lastActivity: Date | null;

  @Column({ name: 'labels', type: 'jsonb', default: {} })
  labels: Record<string, string>;

  @Column({ name: 'version', type: 'varchar', length: 100, nullable: true })
  version: string | null;

  @Column({ name: 'capabilities', type: 'jsonb', default: [] })
  capabilities: string[];

  @Column({ name: 'metadata', type: 'jsonb', default: {} })
  metadata: JsonObject;

  @Column({ name: 'config_version', type: 'integer', default: 1 })
  configVersion: number;

  @Column({ name: 'reported_config_version', type: 'integer', nullable: true })
  reportedConfigVersion: number | null;

  @Column({ name: 'own_config_revision', type: 'integer', default: 0 })
  ownConfigRevision: number;

  /** Hash of the effective configuration of {@link configVersion}. */
  @Column({ name: 'config_hash', type: 'varchar', length: 64, nullable: true })
  configHash: string | null;

  @Column({ name: 'config_changed_at', type: 'timestamptz', default: () => 'now()' })
  configChangedAt: Date;

  /** The version last acknowledged, and its status. */
  @Column({ name: 'config_ack_version', type: 'integer', nullable: true })
  configAckVersion: number | null;

  @Column({ name: 'config_ack_status', type: 'varchar', length: 20, nullable: true })
  configAckStatus: 'applied' | 'failed' | null;

  @Column({ name: 'config_ack_detail', type: 'text', nullable: true })
  configAckDetail: string | null;

  @Column({ name: 'config_ack_at', type: 'timestamptz', nullable: true })
  configAckAt: Date | null;

  @Column({ name: 'independence_source', type: 'varchar', length: 20, nullable: true })
  independenceSource: IndependenceSource | null;

  /** Increases with each switch in the whole fleet; orders switches that arrive on two ways. */
  @Column({ name: 'independence_version', type: 'bigint', default: 0 })
  independenceVersion: number;

  @Column({ name: 'independence_reason', type: 'varchar', length: 500, nullable: true })
  independenceReason: string | null;

  @Column({ name: 'independence_expires_at', type: 'timestamptz', nullable: true })
  independenceExpiresAt: Date | null;

  /** Null if the orchestrator was never switched. */
  @Column({ name: 'independence_updated_at', type: 'timestamptz', nullable: true })
  independenceUpdatedAt: Date | null;

  @Column({ name: 'independence_updated_by', type: 'varchar', length: 255, nullable: true })
  independenceUpdatedBy: string | null;

  /** When the quarantine began; null if it is not quarantined. */
  @Column({ name: 'quarantined_at', type: 'timestamptz', nullable: true })
  quarantinedAt: Date | null;

  @Column({ name: 'quarantine_reason', type: 'varchar', length: 500, nullable: true })
  quarantineReason: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
