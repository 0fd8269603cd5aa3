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

/** Reads a frame of the controller; undefined for what this version does not understand. Never throws. */
export function parseControllerMessage(data: Buffer): ControllerMessage | undefined {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    if (!isJsonObject(value) || typeof value['type'] !== 'string' || !TYPES.has(value['type']))
      return undefined;
    // The controller is trusted for the rest; a field it leaves out surfaces as a failed acknowledgement.
    return value as unknown as ControllerMessage;
  } catch {
    return undefined;
  }
}
