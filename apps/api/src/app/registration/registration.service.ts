import { Injectable } from '@nestjs/common';
import type { RegisterMessage } from '@moolai/contracts';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import { EffectiveConfigs } from '../configuration/index.js';
import { InstanceLease } from '../instances/index.js';
import { Authentication } from './authentication.js';
import { Identification, type Admitted, type Attempt } from './identification.js';
import { Newcomers } from './newcomers.js';
import { RegistrationAnswers, type Registration } from './registration-answers.js';
import { RegistrationRefused } from './registration-refused.js';
import { RegistrationRepository, type RegisteredRow } from './registration.repository.js';

const MAX_BATCH = 500;

/** The other end of the connection that a registration comes from. */
export interface RegistrationPeer {
  readonly remoteAddress: string;
  /** The bearer token of its upgrade. */
  readonly bearer?: string | undefined;
}

/** Decides which registrations are accepted, and stores them in batches. */
@Injectable()
export class RegistrationService {
  private readonly queue = new BatchQueue<Attempt, Registration>(MAX_BATCH, (attempts) =>
    this.registerAll(attempts),
  );

  constructor(
    private readonly repository: RegistrationRepository,
    private readonly identification: Identification,
    private readonly authentication: Authentication,
    private readonly newcomers: Newcomers,
    private readonly answers: RegistrationAnswers,
    private readonly lease: InstanceLease,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers an orchestrator. When this resolves, the registration is in the database.
   * @param peer the connection; its bearer token is used if the message has no token
   * @throws RegistrationRefused with the error to answer
   */
  async register(
    message: RegisterMessage,
    { bearer, remoteAddress }: RegistrationPeer,
  ): Promise<Registration> {
    // The others may have declared this instance lost: its registrations would belong to no instance.
    if (!this.lease.isValid)
      throw new RegistrationRefused('unavailable', 'This controller has lost its database.');
    return this.queue.add(message.orchestrator_id, {
      message,
      secret: message.token ?? bearer,
      address: remoteAddress,
    });
  }

  private async registerAll(attempts: Attempt[]): Promise<(Registration | Error)[]> {
    const epochs = this.answers.currentEpochs();
    const fleet = await this.repository.fleet();
    const outcomes = await this.identification.identify(attempts);
    const admitted = outcomes.filter((outcome): outcome is Admitted => !isRefused(outcome));
    const openNewcomers = admitted.filter(({ isNew, verdict }) => isNew && verdict.kind === 'open');
    const created = await this.newcomers.create(openNewcomers, fleet);
    const grants = await this.authentication.grant(admitted, async (newcomers, transaction) => {
      const enrolled = await this.newcomers.create(newcomers, fleet, transaction);
      created.push(...enrolled);
      return enrolled;
    });
    // Only now, when the transaction of those that enrolled is committed.
    this.newcomers.publishCreated(admitted, new Set(created));
    const granted = admitted.filter(({ message }) => !isRefused(grants.get(message.orchestrator_id)));
    const rows =
      granted.length > 0
        ? await this.repository.record(granted, this.clock.now(), this.lease.startId)
        : new Map<string, RegisteredRow>();
    const configs = new Map<string, EffectiveConfigs>();
    const registrations = await Promise.allSettled(
      outcomes.map(async (outcome) => {
        if (isRefused(outcome)) throw outcome;
        const { organization, message } = outcome;
        const grant = grants.get(message.orchestrator_id);
        if (isRefused(grant)) throw grant;
        const row = rows.get(message.orchestrator_id);
        if (!row || !grant)
          throw new RegistrationRefused('unavailable', 'It was changed in the meantime; try again.');
        let computer = configs.get(organization.organization_id);
        if (!computer) {
          computer = new EffectiveConfigs(fleet.defaults, organization.settings);
          configs.set(organization.organization_id, computer);
        }
        return this.answers.answer(row, computer, outcome, grant, epochs);
      }),
    );
    // An orchestrator that is deleted in this moment must not fail the other registrations.
    return registrations.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error)));
  }
}

function isRefused(outcome: unknown): outcome is RegistrationRefused {
  return outcome instanceof RegistrationRefused;
}
