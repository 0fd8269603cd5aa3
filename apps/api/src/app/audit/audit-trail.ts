import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditTargetType } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { canonicalJson } from '../../platform/json/canonical-json.js';
import { recordedStates, type AuditContent, type AuditedState } from './audit-content.js';
import { AuditRepository } from './audit.repository.js';

/** A change, as reported by its feature. */
export interface AuditedChange {
  actor: Actor;
  action: AuditAction;
  /** Null for changes to the whole fleet, which only callers with access to all organizations see. */
  organizationId: string | null;
  target: { type: AuditTargetType; id: string };
  /** The state before; omitted for a new object. Unchanged fields and secrets are removed here. */
  before?: AuditedState | null;
  /** The state after; omitted for a deleted object. */
  after?: AuditedState | null;
}

/** An object created by a single statement, which determines its id and organization. */
export interface AuditedCreation extends Pick<AuditedChange, 'actor' | 'action' | 'after'> {
  targetType: AuditTargetType;
}

/** A record that a statement completes, as JSON for its parameter. */
export type AuditDraft = string;

/**
 * Records changes for all features. Call it within the transaction of the change, so that both are committed or
 * neither.
 */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly repository: AuditRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a change, unless nothing differs.
   * @param tx the transaction of the change; without it the record is committed at once, for actions that change
   * nothing in the database
   */
  record(change: AuditedChange, tx?: Transaction): Promise<void> {
    return this.recordAll([change], tx);
  }

  /**
   * Creates a record of an object about to be created, for `recordMade` in the creating statement: frequent actions
   * such as messages should not need a transaction of several statements.
   */
  draft({ targetType, ...change }: AuditedCreation): AuditDraft {
    // Placeholders for values not known yet; random, so that no content can contain them.
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

  /** Records any number of changes in one statement. */
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
