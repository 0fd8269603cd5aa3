import type { HandshakeError } from '@moolai/contracts';

/** A registration that is not accepted, with the error of the handshake. */
export class RegistrationRefused extends Error {
  /** @param organizationId the organization that the id belongs to; null while it is not known */
  constructor(
    readonly code: HandshakeError,
    detail: string,
    readonly organizationId: string | null = null,
  ) {
    super(detail);
  }
}
