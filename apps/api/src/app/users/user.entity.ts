import type { Role } from '@moolai/contracts';
import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
} from 'typeorm';

/** A row of `users`. */
@Entity('users')
@Index('users_email_key', { synchronize: false })
@Index('users_organization_ids_idx', { synchronize: false })
@Index('users_oidc_subject_key', ['oidcSubject'], { unique: true })
@Check('users_role_check', `role IN ('superadmin', 'admin', 'operator', 'viewer')`)
@Check('users_organizations_check', `(role = 'superadmin') = (organization_ids = '{}')`)
export class UserEntity {
  @PrimaryGeneratedColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'users_pkey' })
  userId: string;

  @Column({ name: 'email', type: 'varchar', length: 255 })
  email: string;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'role', type: 'varchar', length: 20 })
  role: Role;

  /** Empty for superadmins, whose role applies everywhere. */
  @Column({ name: 'organization_ids', type: 'varchar', length: 50, array: true, default: '{}' })
  organizationIds: string[];

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive: boolean;

  /** Argon2id in its standard text form; null for users who only sign in by OpenID Connect. */
  @Column({ name: 'password_hash', type: 'varchar', length: 255, nullable: true })
  passwordHash: string | null;

  /** Issuer and subject of an OpenID Connect account. */
  @Column({ name: 'oidc_subject', type: 'varchar', length: 512, nullable: true })
  oidcSubject: string | null;

  @Column({ name: 'last_login_at', type: 'timestamptz', nullable: true })
  lastLoginAt: Date | null;

  @Column({ name: 'created_by', type: 'varchar', length: 255, nullable: true })
  createdBy: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
