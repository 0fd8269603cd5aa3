import type { HandshakeError } from '@moolai/contracts';

/** True for a temporary refusal, after which the orchestrator should register again. */
export function isTemporary(error: HandshakeError): boolean {
  return error === 'busy' || error === 'unavailable';
}
