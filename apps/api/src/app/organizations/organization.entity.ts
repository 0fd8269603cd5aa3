import type { JsonObject, OrganizationStatus } from '@moolai/contracts';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** A row of `organizations` (HLD 4.1.1). */
@Entity('organizations')
@Index('organizations_name_idx', ['name'])
@Index('organizations_status_idx', ['status'])
@Index('organizations_created_at_idx', ['createdAt'])
@Index('organizations_search_idx', { synchronize: false })
export class OrganizationEntity {
  @PrimaryColumn({
    name: 'organization_id',
    type: 'varchar',
    length: 50,
    primaryKeyConstraintName: 'organizations_pkey',
  })
  organizationId: string;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'status', type: 'varchar', length: 20, default: 'active' })
  status: OrganizationStatus;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive: boolean;

  @Column({ name: 'is_independent', type: 'boolean', default: false })
  isIndependent: boolean;

  @Column({ name: 'independence_reason', type: 'varchar', length: 500, nullable: true })
  independenceReason: string | null;

  @Column({ name: 'independence_expires_at', type: 'timestamptz', nullable: true })
  independenceExpiresAt: Date | null;

  @Column({ name: 'independence_updated_at', type: 'timestamptz', nullable: true })
  independenceUpdatedAt: Date | null;

  @Column({ name: 'independence_updated_by', type: 'varchar', length: 255, nullable: true })
  independenceUpdatedBy: string | null;

  @Column({ name: 'settings', type: 'jsonb', default: {} })
  settings: JsonObject;

  @Column({ name: 'settings_revision', type: 'integer', default: 0 })
  settingsRevision: number;

  @Column({ name: 'admin_email', type: 'varchar', length: 255, nullable: true })
  adminEmail: string | null;

  @Column({ name: 'support_email', type: 'varchar', length: 255, nullable: true })
  supportEmail: string | null;

  @Column({ name: 'website', type: 'varchar', length: 255, nullable: true })
  website: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
