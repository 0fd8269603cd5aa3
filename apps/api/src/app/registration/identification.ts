import { Inject, Injectable } from '@nestjs/common';
import { DEFAULT_ORGANIZATION_ID, SECRET_PREFIXES, type RegisterMessage } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { Enrolments, judge, type Refusal, type Verdict } from '../credentials/index.js';
import { FleetEvents } from '../events/index.js';
import { LiveFleet } from '../live-state/index.js';
import { RegistrationRefused } from './registration-refused.js';
import {
  RegistrationRepository,
  type RegisteredBefore,
  type RegistrationOrganization,
} from './registration.repository.js';

/** A received registration. */
export interface Attempt {
  message: RegisterMessage;
  /** The presented secret. */
  secret: string | undefined;
  /** Client address. */
  address: string;
}

/** An admitted registration, with its organization and verdict. */
export interface Admitted {
  message: RegisterMessage;
  organization: RegistrationOrganization;
  isNew: boolean;
  verdict: Verdict;
  address: string;
}

export type Outcome<T> = T | RegistrationRefused;

/** The actor that creates orchestrators in open mode, as shown in the history. */
export const ORCHESTRATOR_ACTOR = 'orchestrator';

/** Identifies registrations, determines their organization, and decides whether to admit them. */
@Injectable()
export class Identification {
  constructor(
    private readonly repository: RegistrationRepository,
    private readonly enrolments: Enrolments,
    private readonly liveFleet: LiveFleet,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** In the order of `attempts`. Creates unknown organizations named by open registrations. */
  async identify(attempts: Attempt[]): Promise<Outcome<Admitted>[]> {
    const known = await this.repository.existing(attempts.map(({ message }) => message.orchestrator_id));
    const verdicts = await this.judgeAll(attempts, known);
    const organizations = await this.organizationsOfNew(attempts, known, verdicts);
    return attempts.map((attempt, index) => {
      const { message } = attempt;
      const mine = known.get(message.orchestrator_id);
      const verdict = verdicts[index] as Verdict | Refusal;
      if (!('kind' in verdict)) return refused(verdict, mine);
      const organization = mine?.organization ?? organizations.get(organizationOf(message, verdict));
      return admit(attempt, organization, mine === undefined, verdict);
    });
  }

  private async judgeAll(
    attempts: Attempt[],
    known: Map<string, RegisteredBefore>,
  ): Promise<(Verdict | Refusal)[]> {
    const secrets = attempts.map(({ secret }) => secret ?? '');
    const tokens = await this.enrolments.tokensOf(
      secrets.filter((secret) => secret.startsWith(SECRET_PREFIXES.enrolmentToken)),
    );
    return attempts.map(({ message, secret }) =>
      judge({
        secret,
        known: known.get(message.orchestrator_id)?.identity,
        token: tokens.get(secret ?? ''),
        isTokenMode: this.settings.orchestratorAuth === 'token',
        isConnected: this.liveFleet.find(message.orchestrator_id)?.isConnected ?? false,
        nowMs: this.clock.nowMs(),
      }),
    );
  }

  /** The organizations of unknown orchestrators. */
  private async organizationsOfNew(
    attempts: Attempt[],
    known: Map<string, RegisteredBefore>,
    verdicts: (Verdict | Refusal)[],
  ): Promise<Map<string, RegistrationOrganization>> {
    const wanted = new Set<string>();
    const mayBeNew = new Set<string>();
    for (const [index, { message }] of attempts.entries()) {
      const verdict = verdicts[index] as Verdict | Refusal;
      if (known.has(message.orchestrator_id) || !('kind' in verdict)) continue;
      const organizationId = organizationOf(message, verdict);
      wanted.add(organizationId);
      if (verdict.kind === 'open') mayBeNew.add(organizationId);
    }
    if (wanted.size === 0) return new Map();
    if (mayBeNew.size > 0) await this.create([...mayBeNew]);
    return this.repository.organizations([...wanted]);
  }

  private async create(organizationIds: string[]): Promise<void> {
    for (const organizationId of await this.repository.ensureOrganizations(organizationIds)) {
      const summary = `Organization ${organizationId} was created by a registration.`;
      this.events.publish({
        type: 'organization.created',
        organizationId,
        actor: ORCHESTRATOR_ACTOR,
        summary,
      });
    }
  }
}

/** The organization of a new orchestrator: that of its enrolment token, or the one it names. */
function organizationOf({ organization_id }: RegisterMessage, verdict: Verdict): string {
  if (verdict.kind === 'enrolment') return verdict.token.organizationId;
  return organization_id ?? DEFAULT_ORGANIZATION_ID;
}

function refused({ error, detail }: Refusal, known: RegisteredBefore | undefined): RegistrationRefused {
  return new RegistrationRefused(error, detail, known?.organization.organization_id ?? null);
}

/** Admits a registration, or returns the refusal. */
function admit(
  { message, address }: Attempt,
  organization: RegistrationOrganization | undefined,
  isNew: boolean,
  verdict: Verdict,
): Outcome<Admitted> {
  if (!organization)
    return new RegistrationRefused('unavailable', 'The organization was deleted in the meantime.');
  const { organization_id: organizationId } = organization;
  const { organization_id: wanted = organizationId } = message;
  if (wanted !== organizationId) {
    const detail = `Orchestrator "${message.orchestrator_id}" belongs to another organization than "${wanted}".`;
    return new RegistrationRefused('organization_mismatch', detail, organizationId);
  }
  if (!organization.is_active) {
    const detail = `Organization "${wanted}" is deactivated.`;
    return new RegistrationRefused('organization_inactive', detail, organizationId);
  }
  return { message, organization, isNew, verdict, address };
}
