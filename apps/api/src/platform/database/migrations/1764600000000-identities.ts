import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const UP = [
  `CREATE TABLE users (
    user_id uuid NOT NULL DEFAULT gen_random_uuid(),
    email varchar(255) NOT NULL,
    name varchar(255) NOT NULL,
    role varchar(20) NOT NULL,
    organization_ids varchar(50)[] NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    password_hash varchar(255),
    oidc_subject varchar(512),
    last_login_at timestamptz,
    created_by varchar(255),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (user_id),
    CONSTRAINT users_role_check CHECK (role IN ('superadmin', 'admin', 'operator', 'viewer')),
    -- Whoever is not a superadmin without an organization would see nothing, and a superadmin with one too much.
    CONSTRAINT users_organizations_check CHECK ((role = 'superadmin') = (organization_ids = '{}'))
  )`,
  'CREATE UNIQUE INDEX users_email_key ON users (lower(email))',
  'CREATE UNIQUE INDEX users_oidc_subject_key ON users (oidc_subject)',
  'CREATE INDEX users_organization_ids_idx ON users USING gin (organization_ids)',
  // A session is a family of refresh tokens, of which only the newest is valid.
  `CREATE TABLE sessions (
    session_id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    address varchar(64),
    user_agent varchar(512),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason varchar(30),
    CONSTRAINT sessions_pkey PRIMARY KEY (session_id),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
  )`,
  'CREATE INDEX sessions_user_id_idx ON sessions (user_id, created_at)',
  'CREATE INDEX sessions_expires_at_idx ON sessions (expires_at)',
  `CREATE TABLE api_tokens (
    token_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name varchar(100) NOT NULL,
    role varchar(20) NOT NULL,
    organization_ids varchar(50)[] NOT NULL DEFAULT '{}',
    token_hash bytea NOT NULL,
    hint varchar(12) NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    last_used_address varchar(64),
    revoked_at timestamptz,
    revoked_by varchar(255),
    created_by varchar(255),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT api_tokens_pkey PRIMARY KEY (token_id),
    CONSTRAINT api_tokens_role_check CHECK (role IN ('superadmin', 'admin', 'operator', 'viewer')),
    CONSTRAINT api_tokens_organizations_check CHECK ((role = 'superadmin') = (organization_ids = '{}'))
  )`,
  'CREATE UNIQUE INDEX api_tokens_token_hash_key ON api_tokens (token_hash)',
  'CREATE INDEX api_tokens_organization_ids_idx ON api_tokens USING gin (organization_ids)',
  // Every instance caches rights; this invalidates the caches, whichever way rights were changed.
  databaseFunction('announce_access', '663d57e4c5c4c818'),
  `CREATE TRIGGER users_announce_access
    AFTER DELETE OR UPDATE OF email, role, organization_ids, is_active ON users
    FOR EACH ROW EXECUTE FUNCTION announce_access('user', 'user_id')`,
  `CREATE TRIGGER sessions_announce_access AFTER DELETE OR UPDATE OF ended_at ON sessions
    FOR EACH ROW EXECUTE FUNCTION announce_access('session', 'session_id')`,
  `CREATE TRIGGER api_tokens_announce_access
    AFTER DELETE OR UPDATE OF name, role, organization_ids, expires_at, revoked_at ON api_tokens
    FOR EACH ROW EXECUTE FUNCTION announce_access('api_token', 'token_id')`,
];

const DOWN = [
  'DROP TABLE api_tokens',
  'DROP TABLE sessions',
  'DROP TABLE users',
  'DROP FUNCTION announce_access()',
];

/** Users, their sessions, and API tokens. */
export class Identities1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
