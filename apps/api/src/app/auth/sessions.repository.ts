import { Injectable } from '@nestjs/common';
import type { Role, UserSession } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import type { Transaction } from '../../platform/database/transactions.js';

/** Maximum number of sessions per user; a new one ends the oldest. */
const MAX_SESSIONS = 100;
/** Limits the query; few users sign in from that many. */
const MAX_ADDRESSES = 1_000;
/** Maximum lifetime, regardless of use: users must sign in again from time to time. */
const LONGEST_SESSION = `interval '30 days'`;

/** The user of a session. */
export interface SessionOwner {
  userId: string;
  email: string;
  role: Role;
  organizationIds: string[];
}

/** Replaces a refresh token. */
export interface Rotation {
  sessionId: string;
  now: Date;
  tokenHash: Buffer;
  nextHash: Buffer;
  expiresAt: Date;
  /** Minimum time since the last exchange; zero for no limit. */
  restMs: number;
}

/** A session to start. */
export interface NewSession {
  userId: string;
  tokenHash: Buffer;
  address: string | null;
  userAgent: string | null;
  now: Date;
  expiresAt: Date;
}

interface OwnerRow {
  user_id: string;
  email: string;
  role: Role;
  organization_ids: string[];
}

interface SessionRow {
  session_id: string;
  address: string | null;
  user_agent: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
}

const OWNER = 'u.user_id, u.email, u.role, u.organization_ids';
const GOOD = 's.ended_at IS NULL AND s.expires_at > $2 AND u.is_active';
const NOT_TOO_OLD = `s.created_at > $2::timestamptz - ${LONGEST_SESSION}`;

function toOwner(row: OwnerRow): SessionOwner {
  return { userId: row.user_id, email: row.email, role: row.role, organizationIds: row.organization_ids };
}

/** SQL of sessions. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Starts a session and returns its id; updates the user's last sign-in. */
  async start(manager: Transaction, session: NewSession): Promise<string> {
    const { userId, tokenHash, address, userAgent, now, expiresAt } = session;
    await manager.query('UPDATE users SET last_login_at = $2 WHERE user_id = $1', [userId, now]);
    await manager.query(
      `UPDATE sessions SET ended_at = $2, end_reason = 'too_many'
         WHERE ended_at IS NULL AND session_id IN (
           SELECT session_id FROM sessions WHERE user_id = $1 AND ended_at IS NULL
           ORDER BY last_used_at DESC OFFSET ${MAX_SESSIONS - 1})`,
      [userId, now],
    );
    const [row] = await manager.query<[{ session_id: string }]>(
      `INSERT INTO sessions (user_id, token_hash, address, user_agent, created_at, last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6) RETURNING session_id`,
      [userId, tokenHash, address, userAgent, now, expiresAt],
    );
    return row.session_id;
  }

  /**
   * Exchanges the valid token of a session for the next one. Undefined if it is not the valid one, or too young; the
   * token of a sign-in is never too young.
   */
  async rotate({
    sessionId,
    now,
    tokenHash,
    nextHash,
    expiresAt,
    restMs,
  }: Rotation): Promise<SessionOwner | undefined> {
    const [rows] = await this.dataSource.query<[OwnerRow[], number]>(
      `UPDATE sessions s SET token_hash = $4, last_used_at = $2, expires_at = $5
       FROM users u WHERE s.session_id = $1 AND u.user_id = s.user_id AND s.token_hash = $3 AND ${GOOD}
         AND ${NOT_TOO_OLD} AND (s.last_used_at = s.created_at OR $6::interval = '0' OR
           s.last_used_at NOT BETWEEN $2::timestamptz - $6::interval AND $2::timestamptz + $6::interval)
       RETURNING ${OWNER}`,
      [sessionId, now, tokenHash, nextHash, expiresAt, `${restMs} milliseconds`],
    );
    return rows[0] && toOwner(rows[0]);
  }

  /**
   * The owner of a session that has just exchanged its token for this one and not used it since; undefined otherwise.
   * @param withinMs maximum distance from now in both directions, because the clock may have been set
   */
  async justRotatedTo(
    tokenHash: Buffer,
    sessionId: string,
    now: Date,
    withinMs: number,
  ): Promise<SessionOwner | undefined> {
    const [row] = await this.dataSource.query<OwnerRow[]>(
      `SELECT ${OWNER} FROM sessions s JOIN users u USING (user_id)
       WHERE s.session_id = $1 AND s.token_hash = $3 AND ${GOOD} AND ${NOT_TOO_OLD}
         AND s.last_used_at BETWEEN $2::timestamptz - $4::interval AND $2::timestamptz + $4::interval`,
      [sessionId, now, tokenHash, `${withinMs} milliseconds`],
    );
    return row && toOwner(row);
  }

  /** The owner of a session while it is valid. */
  async ownerOf(sessionId: string, now: Date): Promise<SessionOwner | undefined> {
    const [row] = await this.dataSource.query<OwnerRow[]>(
      `SELECT ${OWNER} FROM sessions s JOIN users u USING (user_id) WHERE s.session_id = $1 AND ${GOOD}`,
      [sessionId, now],
    );
    return row && toOwner(row);
  }

  /** The addresses from which an account's stored sessions were started. */
  async addressesOf(email: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ address: string }[]>(
      `SELECT DISTINCT s.address FROM sessions s JOIN users u USING (user_id)
       WHERE lower(u.email) = lower($1) AND s.address IS NOT NULL LIMIT ${MAX_ADDRESSES}`,
      [email],
    );
    return rows.map(({ address }) => address);
  }

  /** True if this is the valid token of the session. */
  async isGood(sessionId: string, tokenHash: Buffer): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM sessions WHERE session_id = $1 AND token_hash = $2 AND ended_at IS NULL',
      [sessionId, tokenHash],
    );
    return rows.length > 0;
  }

  /** Ends a session and returns its owner; undefined if it had ended before, or belongs to another user. */
  async end(
    manager: Transaction,
    sessionId: string,
    now: Date,
    reason: string,
    ownerId?: string,
  ): Promise<SessionOwner | undefined> {
    const [rows] = await manager.query<[OwnerRow[], number]>(
      `UPDATE sessions s SET ended_at = $2, end_reason = $3 FROM users u
       WHERE s.session_id = $1 AND s.ended_at IS NULL AND ($4::uuid IS NULL OR s.user_id = $4)
         AND u.user_id = s.user_id RETURNING ${OWNER}`,
      [sessionId, now, reason, ownerId ?? null],
    );
    return rows[0] && toOwner(rows[0]);
  }

  /** A user's valid sessions, most recently used first. */
  async list(userId: string, now: Date): Promise<Omit<UserSession, 'is_current'>[]> {
    const rows = await this.dataSource.query<SessionRow[]>(
      `SELECT session_id, address, user_agent, created_at, last_used_at, expires_at FROM sessions
       WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC`,
      [userId, now],
    );
    return rows.map((row) => ({
      ...row,
      created_at: row.created_at.toISOString(),
      last_used_at: row.last_used_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
    }));
  }

  /** Removes at most `limit` sessions that ended before `before`; returns their number. */
  async removeEnded(before: Date, limit: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM sessions WHERE session_id IN (
         SELECT session_id FROM sessions WHERE expires_at < $1 OR ended_at < $1 LIMIT $2)`,
      [before, limit],
    );
    return count;
  }
}
