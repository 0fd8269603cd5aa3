import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transactions.js';
import {
  CredentialUses,
  Enrolments,
  issueSecret,
  type IssuedSecret,
  type PresentedCredential,
} from '../credentials/index.js';
import { FleetEvents } from '../events/index.js';
import { ORCHESTRATOR_ACTOR, type Admitted, type Outcome } from './identification.js';
import { RegistrationRefused } from './registration-refused.js';

/** The admission of a registration. */
export interface Admittance {
  isAuthenticated: boolean;
  /** A credential to send with the answer. */
  issued: IssuedSecret | null;
}

/** Creates new orchestrators within a transaction; returns the ids of those created. */
export type CreateAll = (newcomers: Admitted[], transaction: Transaction) => Promise<string[]>;

const OPEN: Admittance = { isAuthenticated: false, issued: null };

/** Records the credentials that admitted registrations presented, and issues new ones. */
@Injectable()
export class Authentication {
  constructor(
    private readonly enrolments: Enrolments,
    private readonly uses: CredentialUses,
    private readonly events: FleetEvents,
  ) {}

  /** Results by orchestrator. Newly enrolled ones are created with `createAll`. */
  async grant(admitted: Admitted[], createAll: CreateAll): Promise<Map<string, Outcome<Admittance>>> {
    const grants = new Map<string, Outcome<Admittance>>();
    for (const { message } of admitted) grants.set(message.orchestrator_id, OPEN);
    await this.enrol(admitted, createAll, grants);
    await this.use(admitted, grants);
    return grants;
  }

  private async enrol(
    admitted: Admitted[],
    createAll: CreateAll,
    grants: Map<string, Outcome<Admittance>>,
  ): Promise<void> {
    const enrolling = new Map<string, Admitted>();
    const requests = admitted.flatMap((one) => {
      const { verdict, isNew, message, organization, address } = one;
      if (verdict.kind !== 'enrolment') return [];
      const { orchestrator_id: orchestratorId } = message;
      enrolling.set(orchestratorId, one);
      const { token, isCounted } = verdict;
      const { organization_id: organizationId } = organization;
      return [{ orchestratorId, organizationId, address, tokenId: token.id, isCounted, isNew }];
    });
    if (requests.length === 0) return;
    const outcomes = await this.enrolments.enrol(requests, (transaction, ids) =>
      createAll(
        ids.map((id) => enrolling.get(id) as Admitted),
        transaction,
      ),
    );
    for (const [orchestratorId, { organization }] of enrolling) {
      const outcome = outcomes.get(orchestratorId);
      if (outcome && 'secret' in outcome) {
        grants.set(orchestratorId, { isAuthenticated: true, issued: outcome });
        this.events.publish({
          type: 'orchestrator.enrolled',
          organizationId: organization.organization_id,
          orchestratorId,
          actor: ORCHESTRATOR_ACTOR,
          summary: `${orchestratorId} enrolled and got a credential.`,
        });
      } else {
        const { error = 'unavailable', detail = 'Try again.' } = outcome ?? {};
        grants.set(orchestratorId, new RegistrationRefused(error, detail, organization.organization_id));
      }
    }
  }

  private async use(admitted: Admitted[], grants: Map<string, Outcome<Admittance>>): Promise<void> {
    const offers = new Map<string, IssuedSecret>();
    const uses = admitted.flatMap(({ message, organization, address, verdict }): PresentedCredential[] => {
      if (verdict.kind !== 'credential') return [];
      const { orchestrator_id: orchestratorId } = message;
      if (verdict.wantsOffer) offers.set(orchestratorId, issueSecret('credential'));
      const offerHash = offers.get(orchestratorId)?.hash ?? null;
      const { hash, isNext } = verdict;
      return [
        { orchestratorId, organizationId: organization.organization_id, address, hash, isNext, offerHash },
      ];
    });
    const good = await this.uses.record(uses);
    for (const { orchestratorId, organizationId } of uses) {
      if (good.has(orchestratorId)) {
        grants.set(orchestratorId, { isAuthenticated: true, issued: offers.get(orchestratorId) ?? null });
      } else {
        const detail = 'The credential was changed in the meantime; try again.';
        grants.set(orchestratorId, new RegistrationRefused('unavailable', detail, organizationId));
      }
    }
  }
}
