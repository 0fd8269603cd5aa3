import type { Attack } from '../attack-case.ts';
import { identity } from './identity.ts';
import { input } from './input.ts';
import { orchestrators } from './orchestrators.ts';
import { protocol } from './protocol.ts';
import { shares } from './shares.ts';
import { tenancy } from './tenancy.ts';
import { transport } from './transport.ts';

/** All attacks, grouped by what they target. */
export const groups: Record<string, Attack[]> = {
  'Identity: credentials and sessions': identity,
  'Tenancy: data of another organization': tenancy,
  'Orchestrators: acting as another one': orchestrators,
  'Input: malformed and hostile': input,
  "Protocol: the orchestrators' WebSocket": protocol,
  'Transport: floods, slowness, browsers': transport,
  'Shares: exhausting common resources': shares,
};
