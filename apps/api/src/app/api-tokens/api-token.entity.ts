import type { Role } from '@moolai/contracts';
import { Check, Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A row of `api_tokens`: a token for scripts, stored as a digest. */
@Entity('api_tokens')
@Index('api_tokens_organization_ids_idx', { synchronize: false })
@Index('api_tokens_token_hash_key', ['tokenHash'], { unique: true })
@Check('api_tokens_role_check', `role IN ('superadmin', 'admin', 'operator', 'viewer')`)
@Check('api_tokens_organizations_check', `(role = 'superadmin') = (organization_ids = '{}')`)
export class ApiTokenEntity {
  @PrimaryGeneratedColumn('uuid', { name: 'token_id', primaryKeyConstraintName: 'api_tokens_pkey' })
  tokenId: string;

  @Column({ name: 'name', type: 'varchar', length: 100 })
  name: string;

  @Column({ name: 'role', type: 'varchar', length: 20 })
  role: Role;

  /** Empty for a superadmin, whose role applies everywhere. */
  @Column({ name: 'organization_ids', type: 'varchar', length: 50, array: true, default: '{}' })
  organizationIds: string[];

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash: Buffer;

  @Column({ name: 'hint', type: 'varchar', length: 12 })
  hint: string;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  @Column({ name: 'last_used_address', type: 'varchar', length: 64, nullable: true })
  lastUsedAddress: string | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt: Date | null;

  @Column({ name: 'revoked_by', type: 'varchar', length: 255, nullable: true })
  revokedBy: string | null;

  @Column({ name: 'created_by', type: 'varchar', length: 255, nullable: true })
  createdBy: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
