import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import type { Transaction } from '../../platform/database/transactions.js';
import type { RequestKey } from './request-key.js';

/** How long a key is stored (contract section 12). */
const KEPT = `interval '24 hours'`;

/** State of a key: new and now reserved, or already answered for this or another body. */
export type KeyState =
  { state: 'reserved' } | { state: 'answered'; answer: JsonObject } | { state: 'other body' };

interface Row {
  place: number;
  request_hash: string;
  answer: JsonObject | null;
}

/** Keys with one more value each, as a table. */
const KEYS = `unnest($1::text[], $2::text[], $3::text[], $4::text[])
         WITH ORDINALITY AS v(caller, route, key, value, place)`;
const SAME_KEY = 'k.caller = v.caller AND k.route = v.route AND k.key = v.key';

function columnsOf(keys: RequestKey[], values: (string | null)[]): (string | null)[][] {
  return [
    keys.map(({ caller }) => caller),
    keys.map(({ route }) => route),
    keys.map(({ key }) => key),
    values,
  ];
}

/**
 * SQL of `Idempotency-Key`. A key is written in the transaction of its request, so that both are committed or neither.
 */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Reserves keys that are new or expired, and returns the stored answers of the others, in the same order. Waits for
   * an open transaction with the same key. The keys must be distinct.
   */
  async reserve(tx: Transaction, keys: RequestKey[]): Promise<KeyState[]> {
    if (keys.length === 0) return [];
    const columns = columnsOf(
      keys,
      keys.map(({ bodyHash }) => bodyHash),
    );
    const reserved = await tx.query<{ caller: string; route: string; key: string }[]>(
      `INSERT INTO idempotency_keys AS k (caller, route, key, request_hash)
       SELECT caller, route, key, value FROM ${KEYS} ORDER BY caller, route, key
       ON CONFLICT (caller, route, key) DO UPDATE
         SET request_hash = excluded.request_hash, answer = NULL, created_at = now()
         WHERE k.created_at < now() - ${KEPT}
       RETURNING caller, route, key`,
      columns,
    );
    const isReserved = new Set(reserved.map(nameOf));
    const rows =
      reserved.length === keys.length
        ? []
        : await tx.query<Row[]>(
            `SELECT v.place::int, k.request_hash, k.answer FROM ${KEYS} JOIN idempotency_keys k ON ${SAME_KEY}`,
            columns,
          );
    const byPlace = new Map(rows.map((row) => [row.place, row]));
    return keys.map((key, index) => {
      const row = byPlace.get(index + 1);
      if (!row || isReserved.has(nameOf(key))) return { state: 'reserved' };
      if (row.request_hash !== key.bodyHash || !row.answer) return { state: 'other body' };
      return { state: 'answered', answer: row.answer };
    });
  }

  /** Stores the answers of reserved keys; a key without an answer is released. */
  async complete(tx: Transaction, keys: RequestKey[], answers: (JsonObject | null)[]): Promise<void> {
    if (keys.length === 0) return;
    const columns = columnsOf(
      keys,
      answers.map((answer) => answer && JSON.stringify(answer)),
    );
    await tx.query(
      `UPDATE idempotency_keys k SET answer = v.value::json FROM ${KEYS} WHERE ${SAME_KEY} AND v.value IS NOT NULL`,
      columns,
    );
    if (answers.every((answer) => answer !== null)) return;
    await tx.query(
      `DELETE FROM idempotency_keys k USING ${KEYS} WHERE ${SAME_KEY} AND v.value IS NULL`,
      columns,
    );
  }

  /** Removes at most `limit` expired keys; returns their number. */
  async removeExpired(limit: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `DELETE FROM idempotency_keys WHERE (caller, route, key) IN (
         SELECT caller, route, key FROM idempotency_keys WHERE created_at < now() - ${KEPT}
         ORDER BY created_at LIMIT $1)`,
      [limit],
    );
    return count;
  }
}

/** A string that identifies a key. */
export function nameOf({ caller, route, key }: Pick<RequestKey, 'caller' | 'route' | 'key'>): string {
  return `${caller} ${route} ${key}`;
}
