import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';

/** A row of `enrolment_tokens`. The secret itself is not stored. */
@Entity('enrolment_tokens')
@Unique('enrolment_tokens_token_hash_key', ['tokenHash'])
@Check('enrolment_tokens_uses_check', 'uses <= max_uses')
@Index('enrolment_tokens_organization_id_idx', ['organizationId'])
export class EnrolmentTokenEntity {
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'enrolment_tokens_pkey' })
  id: number;

  @Column({ name: 'organization_id', type: 'varchar', length: 50 })
  organizationId: string;

  @ManyToOne(() => OrganizationEntity)
  @JoinColumn({
    name: 'organization_id',
    foreignKeyConstraintName: 'enrolment_tokens_organization_id_fkey',
  })
  organization?: OrganizationEntity;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  /** SHA-256 of the secret; its 256 random bits need no slower hash. */
  @Column({ name: 'token_hash', type: 'bytea', select: false })
  tokenHash: Buffer;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;

  @Column({ name: 'max_uses', type: 'integer', nullable: true })
  maxUses: number | null;

  @Column({ name: 'uses', type: 'integer', default: 0 })
  uses: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'created_by', type: 'varchar', length: 255 })
  createdBy: string;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt: Date | null;

  @Column({ name: 'revoked_by', type: 'varchar', length: 255, nullable: true })
  revokedBy: string | null;
}
