import { Injectable } from '@nestjs/common';
import type { AuditVerification, AuditVerifyQuery } from '@moolai/contracts';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import { entryHash, NO_HASH } from './audit-content.js';
import type { AuditEntryEntity } from './audit-entry.entity.js';
import { toAuditEntry } from './audit-entry.mapper.js';
import { AuditRepository } from './audit.repository.js';

/** Verifies the audit chain entry by entry, computing the hashes here instead of in the database. */
@Injectable()
export class AuditVerifier {
  constructor(private readonly repository: AuditRepository) {}

  /**
   * Verifies the whole chain up to its current end.
   * @param noted a head noted earlier: if it is missing, the end was cut off or rewritten
   */
  async verify(noted: AuditVerifyQuery = {}): Promise<AuditVerification> {
    const upTo = (await this.repository.head())?.position ?? 0;
    const result: AuditVerification = { ok: false, count: 0, head: null, broken: null };
    for await (const batch of this.repository.walk({}, ALL_ORGANIZATIONS, upTo)) {
      for (const row of batch) {
        const detail = whyBroken(row, result.head, noted);
        if (detail !== undefined) return { ...result, broken: { position: result.count + 1, detail } };
        result.head = { position: row.position, hash: row.hash };
        result.count += 1;
      }
    }
    const detail = await this.whyIncomplete(result.count, noted);
    if (detail !== undefined) return { ...result, broken: { position: result.count + 1, detail } };
    return { ...result, ok: true };
  }

  private async whyIncomplete(count: number, { position }: AuditVerifyQuery): Promise<string | undefined> {
    if (position !== undefined && position > count) {
      return `The chain ends at ${count}, before the noted position ${position}.`;
    }
    const unsealed = await this.repository.countUnsealed();
    return unsealed === 0 ? undefined : `${unsealed} records are not in the chain.`;
  }
}

function whyBroken(
  row: AuditEntryEntity,
  last: AuditVerification['head'],
  noted: AuditVerifyQuery,
): string | undefined {
  const { position, previous_hash: previousHash, hash, ...content } = toAuditEntry(row);
  if (position !== (last?.position ?? 0) + 1) return `It is missing; the next one is ${position}.`;
  if (previousHash !== (last?.hash ?? NO_HASH))
    return 'Its previous hash is not the hash of the preceding entry.';
  if (hash !== entryHash(previousHash, position, content))
    return 'The content differs from the recorded hash.';
  if (position === noted.position && noted.hash !== undefined && noted.hash !== hash) {
    return 'Its hash differs from the noted one: this entry or an earlier one was rewritten.';
  }
  return undefined;
}
