import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions, type Transaction } from '../../platform/database/transactions.js';
import { AuditTrail, type AuditedChange } from '../audit/index.js';
import { ofCredential, orchestratorActor } from './credential-audit.js';
import { digest } from '../../platform/secrets/secrets.js';
import { issueSecret, type IssuedSecret } from './credential-secret.js';
import { unauthorized, usedUp, type PresentedToken, type Refusal } from './credential-verdict.js';
import { CredentialsRepository } from './credentials.repository.js';
import { EnrolmentTokensRepository, type TokenUse } from './enrolment-tokens.repository.js';

/** A registration admitted by an enrolment token. */
export interface EnrolmentRequest {
  orchestratorId: string;
  organizationId: string;
  /** Client address. */
  address: string;
  tokenId: number;
  /** False for a repeated attempt after a lost answer, which is not another use of the token. */
  isCounted: boolean;
  /** True if the orchestrator does not exist yet. */
  isNew: boolean;
}

/**
 * Creates these orchestrators in the same transaction.
 * @returns the ids of those created
 */
export type CreateNew = (transaction: Transaction, orchestratorIds: string[]) => Promise<string[]>;

/** Exchanges enrolment tokens for credentials. */
@Injectable()
export class Enrolments {
  constructor(
    private readonly tokens: EnrolmentTokensRepository,
    private readonly credentials: CredentialsRepository,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** Finds the enrolment tokens among presented secrets, by secret. */
  async tokensOf(secrets: string[]): Promise<Map<string, PresentedToken>> {
    const found = new Map<string, PresentedToken>();
    if (secrets.length === 0) return found;
    const hashes = new Map(secrets.map((secret) => [secret, digest(secret)]));
    const byHash = await this.tokens.byHash([...hashes.values()]);
    for (const [secret, hash] of hashes) {
      const token = byHash.get(hash.toString('hex'));
      if (token) found.set(secret, token);
    }
    return found;
  }

  /**
   * Enrols orchestrators in one transaction: creates new ones, issues credentials and counts uses. Returns the result
   * for each.
   */
  enrol(requests: EnrolmentRequest[], createNew: CreateNew): Promise<Map<string, IssuedSecret | Refusal>> {
    return this.transactions.run(async (transaction) => {
      const at = this.clock.now();
      const outcomes = new Map<string, IssuedSecret | Refusal>();
      const held = await this.tokens.lock(
        transaction,
        requests.map(({ tokenId }) => tokenId),
      );
      let admitted = admit(requests, held, at, outcomes);
      const newcomers = admitted.filter(({ isNew }) => isNew).map(({ orchestratorId }) => orchestratorId);
      const created = new Set(newcomers.length > 0 ? await createNew(transaction, newcomers) : []);
      admitted = admitted.filter(({ orchestratorId, isNew }) => {
        if (!isNew || created.has(orchestratorId)) return true;
        outcomes.set(orchestratorId, tryAgain());
        return false;
      });
      const secrets = new Map(admitted.map((one) => [one.orchestratorId, issueSecret('credential')]));
      const enrolled = await this.credentials.enrol(
        transaction,
        admitted.map(({ orchestratorId, tokenId }) => ({
          orchestratorId,
          tokenId,
          hash: (secrets.get(orchestratorId) as IssuedSecret).hash,
        })),
        at,
      );
      for (const { orchestratorId } of admitted) {
        const secret = enrolled.has(orchestratorId) ? secrets.get(orchestratorId) : undefined;
        outcomes.set(orchestratorId, secret ?? unauthorized('Another machine has just enrolled as it.'));
      }
      const issued = admitted.filter(({ orchestratorId }) => enrolled.has(orchestratorId));
      await this.tokens.countUses(transaction, usesOf(issued.filter(({ isCounted }) => isCounted)), at);
      await this.audit.recordAll(issued.map(issuing), transaction);
      return outcomes;
    });
  }
}

function issuing(one: EnrolmentRequest): AuditedChange {
  const actor = orchestratorActor(one.orchestratorId, one.address);
  return ofCredential('credential.issued', one, actor, { after: { enrolment_token_id: one.tokenId } });
}

/** Judges the requests again now that their tokens are locked; returns the admitted ones and the refusals. */
function admit(
  requests: EnrolmentRequest[],
  held: Map<number, PresentedToken>,
  at: Date,
  outcomes: Map<string, IssuedSecret | Refusal>,
): EnrolmentRequest[] {
  const used = new Map<number, number>();
  return requests.filter(({ orchestratorId, tokenId, isCounted }) => {
    const token = held.get(tokenId);
    if (!token || token.revokedAt !== null || token.expiresAt <= at) {
      outcomes.set(orchestratorId, tryAgain());
      return false;
    }
    if (!isCounted) return true;
    const uses = token.uses + (used.get(tokenId) ?? 0);
    if (token.maxUses !== null && uses >= token.maxUses) {
      outcomes.set(orchestratorId, usedUp());
      return false;
    }
    used.set(tokenId, (used.get(tokenId) ?? 0) + 1);
    return true;
  });
}

function usesOf(counted: EnrolmentRequest[]): TokenUse[] {
  const counts = new Map<number, number>();
  for (const { tokenId } of counted) counts.set(tokenId, (counts.get(tokenId) ?? 0) + 1);
  return [...counts].map(([tokenId, count]) => ({ tokenId, count }));
}

/** Something changed since the judgement; the next attempt gets the reason. */
function tryAgain(): Refusal {
  return { error: 'unavailable', detail: 'It was changed in the meantime; try again.' };
}
