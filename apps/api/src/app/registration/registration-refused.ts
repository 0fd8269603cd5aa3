import type { HandshakeError } from '@moolai/contracts';

/** A refused registration, with the error of the handshake. */
export class RegistrationRefused extends Error {
  /** @param organizationId the organization of the id; null if unknown */
  constructor(
    readonly code: HandshakeError,
    detail: string,
    readonly organizationId: string | null = null,
  ) {
    super(detail);
  }
}
