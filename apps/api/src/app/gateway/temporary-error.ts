import type { HandshakeError } from '@moolai/contracts';

/** True for a refusal that ends without anybody's help: the orchestrator is asked to try again. */
export function isTemporary(error: HandshakeError): boolean {
  return error === 'busy' || error === 'unavailable';
}
