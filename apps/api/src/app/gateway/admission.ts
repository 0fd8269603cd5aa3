import { Injectable } from '@nestjs/common';
import {
  CLOSE_CODES,
  CREDENTIAL_ERRORS,
  type HandshakeRefused,
  type RegisterMessage,
} from '@moolai/contracts';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';
import { RegistrationRefused, RegistrationService, type Registration } from '../registration/index.js';
import { ConnectionRecord } from './connection-record.js';
import type { Connection } from './connection.js';
import { Placement } from './placement.js';
import { RegistrationsUnderWay } from './registrations-under-way.js';
import { isTemporary } from './temporary-error.js';
import { Welcome } from './welcome.js';

const RETRY_MIN_MS = 1_000;
const RETRY_SPREAD_MS = 4_000;

/**
 * Brings a connection from `register` to its answer, in three steps: the registration is stored, the connection gets
 * its place in memory ({@link Placement}), and the orchestrator is answered ({@link Welcome}).
 */
@Injectable()
export class Admission {
  constructor(
    private readonly registrations: RegistrationService,
    private readonly placement: Placement,
    private readonly welcome: Welcome,
    private readonly record: ConnectionRecord,
    private readonly underWay: RegistrationsUnderWay,
  ) {}

  /**
   * Registers a connection and answers it. Never rejects; afterwards the connection is registered or closed.
   * @param bytes the size of the frame with the request
   */
  async admit(connection: Connection, message: RegisterMessage, bytes: number): Promise<void> {
    if (connection.state === 'closed') return;
    const number = this.underWay.begin(bytes);
    if (number === undefined) {
      const detail = 'Too many registrations are in progress; try again a little later.';
      this.refuse(connection, message, new RegistrationRefused('busy', detail));
      return;
    }
    connection.state = 'registering';
    connection.registrationNumber = number;
    this.placement.reserve(message.orchestrator_id);
    try {
      const registration = await this.registrations.register(message, connection);
      this.accept(connection, registration, message.capabilities ?? []);
    } catch (error) {
      this.refuse(connection, message, this.refusalFor(error));
    } finally {
      this.placement.release(message.orchestrator_id);
      this.underWay.end(number, bytes);
    }
  }

  /** One turn of the event loop: what comes in between would see a connection that is half registered. */
  private accept(connection: Connection, registration: Registration, capabilities: string[]): void {
    const entry = this.placement.place(connection, registration, capabilities);
    if (!entry) return;
    this.welcome.send(connection, entry, registration);
    this.record.accepted(entry);
  }

  private refusalFor(error: unknown): RegistrationRefused {
    if (error instanceof RegistrationRefused) return error;
    if (!isDatabaseUnavailable(error)) this.record.failed(error);
    const detail = 'The controller cannot register anyone right now; try again shortly.';
    return new RegistrationRefused('unavailable', detail);
  }

  private refuse(connection: Connection, message: RegisterMessage, refusal: RegistrationRefused): void {
    this.record.refused(connection, message, refusal);
    const { code: error, message: detail } = refusal;
    const answer: HandshakeRefused = { type: 'handshake_ack', success: false, error, detail };
    if (isTemporary(error))
      answer.retry_after_ms = RETRY_MIN_MS + Math.floor(Math.random() * RETRY_SPREAD_MS);
    connection.sendMessage(answer);
    connection.close(closeCodeOf(refusal), error);
  }
}

function closeCodeOf({ code }: RegistrationRefused): number {
  if (isTemporary(code)) return CLOSE_CODES.tryAgainLater;
  return CREDENTIAL_ERRORS.has(code) ? CLOSE_CODES.badCredentials : CLOSE_CODES.registrationRefused;
}
