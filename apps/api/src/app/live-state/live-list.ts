import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Scope } from '../../platform/access/scope.js';
import { JsonParts } from '../../platform/http/prepared-answer.js';
import { LiveFleet } from './live-fleet.js';
import { jsonOf, type LiveSource } from './live-rows.js';

/** Larger parts are slower: a string of parts is a tree. */
const ITEMS_OF_A_PART = 50;
const HASH_BYTES = 12;

/** The list of connected orchestrators as JSON, and its entity tag. */
@Injectable()
export class LiveList {
  private readonly sources: LiveSource[];
  /** Versions count from 0 in each process: a tag of a former one must not match. */
  private readonly run = randomBytes(HASH_BYTES).toString('base64url');

  constructor(liveFleet: LiveFleet) {
    this.sources = [liveFleet];
  }

  /** Adds orchestrators that are not connected to this process. */
  add(source: LiveSource): void {
    this.sources.push(source);
  }

  /** Changes with the list. It names the scope, because the same version shows less to callers that see less. */
  tagOf(scope: Scope): string {
    const versions = this.sources.map(({ version }) => version).join('.');
    return `${this.run}-${versions}-${scope === null ? 'all' : hashOf(scope)}`;
  }

  /** `LiveOrchestrators` as JSON. */
  json(scope: Scope): JsonParts {
    const parts: string[] = [];
    let part = '{"items":[';
    let total = 0;
    for (const source of this.sources) {
      source.visitConnected(scope, (entry, status) => {
        if (total > 0) part += ',';
        part += jsonOf(entry, status);
        total += 1;
        if (total % ITEMS_OF_A_PART > 0) return;
        parts.push(part);
        part = '';
      });
    }
    parts.push(`${part}],"total":${total}}`);
    return new JsonParts(parts);
  }
}

function hashOf(scope: readonly string[]): string {
  const text = JSON.stringify([...scope].sort());
  return createHash('sha256').update(text).digest('base64url').slice(0, HASH_BYTES);
}
