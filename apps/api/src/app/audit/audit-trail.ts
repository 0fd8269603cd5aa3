import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditTargetType } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { canonicalJson } from '../../platform/json/canonical-json.js';
import { recordedStates, type AuditContent, type AuditedState } from './audit-content.js';
import { AuditRepository } from './audit.repository.js';

/** A change, as whoever makes it tells it. */
export interface AuditedChange {
  actor: Actor;
  action: AuditAction;
  /** Null for what belongs to the whole fleet: only who sees all organizations reads of it. */
  organizationId: string | null;
  target: { type: AuditTargetType; id: string };
  /** How it was; left out for what did not exist. Unchanged fields and secrets are left out here. */
  before?: AuditedState | null;
  /** How it is now; left out for what does not exist any more. */
  after?: AuditedState | null;
}

/** Something that is made by one statement, which alone will know its id and its organization. */
export interface AuditedCreation extends Pick<AuditedChange, 'actor' | 'action' | 'after'> {
  targetType: AuditTargetType;
}

/** A record that a statement completes: JSON for its parameter. */
export type AuditDraft = string;

/**
 * The one place where features say what somebody changed. Call it within the transaction of the change:
 * then both are kept or neither, whatever happens to this process.
 */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly repository: AuditRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a change; one that changes nothing is not recorded.
   * @param tx the transaction of the change; without one the record is committed at once, for what
   *   changes nothing in the database
   */
  record(change: AuditedChange, tx?: Transaction): Promise<void> {
    return this.recordAll([change], tx);
  }

  /**
   * A record of something that is about to be made, for `recordMade` in the statement that makes it:
   * what is sent by the thousand should not take a transaction of several statements.
   */
  draft({ targetType, ...change }: AuditedCreation): AuditDraft {
    // They stand for what is not known yet; nobody can write them into a content by guessing.
    const [targetSlot, organizationSlot] = [randomUUID(), randomUUID()];
    const target = { type: targetType, id: targetSlot };
    const at = this.clock.now().toISOString();
    const content = contentOf({ ...change, organizationId: organizationSlot, target }, at);
    return JSON.stringify({
      ...content,
      canonical: canonicalJson({ ...content }),
      target_slot: JSON.stringify(targetSlot),
      organization_slot: JSON.stringify(organizationSlot),
    });
  }

  /** The same for any number of changes, in one statement. */
  async recordAll(changes: AuditedChange[], tx?: Transaction): Promise<void> {
    const at = this.clock.now().toISOString();
    const contents = changes.flatMap((change) => contentOf(change, at) ?? []);
    if (contents.length > 0) await this.repository.add(contents, tx);
  }
}

function contentOf(change: AuditedChange, at: string): AuditContent | undefined {
  const { actor, action, organizationId, target } = change;
  const states = recordedStates(change.before ?? null, change.after ?? null);
  if (!states) return undefined;
  return {
    at,
    action,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: actor.name,
    address: actor.address,
    request_id: actor.requestId,
    organization_id: organizationId,
    target_type: target.type,
    target_id: target.id,
    ...states,
  };
}
