import type { AuditAction, AuditActorKind, AuditTargetType, JsonObject } from '@moolai/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of `audit_entries`, which the commit creates from a record in `audit_pending`. */
@Entity('audit_entries')
@Index('audit_entries_at_idx', ['at', 'position'])
@Index('audit_entries_action_idx', ['action', 'position'])
@Index('audit_entries_actor_id_idx', ['actorId', 'position'])
@Index('audit_entries_actor_name_idx', ['actorName', 'position'])
@Index('audit_entries_organization_id_idx', ['organizationId', 'position'])
@Index('audit_entries_target_idx', ['targetType', 'targetId', 'position'])
@Index('audit_entries_search_idx', { synchronize: false })
export class AuditEntryEntity {
  @PrimaryColumn({ name: 'position', type: 'bigint', primaryKeyConstraintName: 'audit_entries_pkey' })
  position: number;

  @Column({ name: 'at', type: 'timestamptz', precision: 3 })
  at: Date;

  @Column({ name: 'action', type: 'varchar', length: 60 })
  action: AuditAction;

  @Column({ name: 'actor_kind', type: 'varchar', length: 20 })
  actorKind: AuditActorKind;

  @Column({ name: 'actor_id', type: 'text' })
  actorId: string;

  @Column({ name: 'actor_name', type: 'text' })
  actorName: string;

  @Column({ name: 'address', type: 'text', nullable: true })
  address: string | null;

  @Column({ name: 'request_id', type: 'text', nullable: true })
  requestId: string | null;

  @Column({ name: 'organization_id', type: 'varchar', length: 50, nullable: true })
  organizationId: string | null;

  @Column({ name: 'target_type', type: 'varchar', length: 40 })
  targetType: AuditTargetType;

  @Column({ name: 'target_id', type: 'text' })
  targetId: string;

  @Column({ name: 'before', type: 'jsonb', nullable: true })
  before: JsonObject | null;

  @Column({ name: 'after', type: 'jsonb', nullable: true })
  after: JsonObject | null;

  @Column({ name: 'previous_hash', type: 'char', length: 64 })
  previousHash: string;

  @Column({ name: 'hash', type: 'char', length: 64 })
  hash: string;
}
