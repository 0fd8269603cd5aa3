import type { HandshakeError } from '@moolai/contracts';

/** A registration that is not accepted, with the error of the handshake. */
export class RegistrationRefused extends Error {
  constructor(
    readonly code: HandshakeError,
    detail: string,
  ) {
    super(detail);
  }
}
