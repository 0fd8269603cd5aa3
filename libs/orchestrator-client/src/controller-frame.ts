import { isJsonObject, type ControllerMessage } from '@moolai/contracts';

const TYPES: ReadonlySet<string> = new Set<ControllerMessage['type']>([
  'handshake_ack',
  'provisioning',
  'config_update',
  'message',
  'credential_update',
  'received',
  'error',
  'goodbye',
]);

/** Parses a frame from the controller; undefined if this version does not understand it. Never throws. */
export function parseControllerMessage(data: Buffer): ControllerMessage | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    if (!isJsonObject(value) || typeof value['type'] !== 'string' || !TYPES.has(value['type']))
      return undefined;
    // The remaining fields are trusted; a missing one shows up as a failed acknowledgement.
    return value as unknown as ControllerMessage;
  } catch {
    return undefined;
  }
}
