import type { Attack } from '../attack-case.ts';
import { identity } from './identity.ts';
import { input } from './input.ts';
import { orchestrators } from './orchestrators.ts';
import { protocol } from './protocol.ts';
import { shares } from './shares.ts';
import { tenancy } from './tenancy.ts';
import { transport } from './transport.ts';

/** Every attack, by what it goes for. */
export const groups: Record<string, Attack[]> = {
  'Identity: who are you?': identity,
  'Tenancy: what is not yours': tenancy,
  'Orchestrators: speaking for another': orchestrators,
  'Input: what no client would send': input,
  'Protocol: the WebSocket of orchestrators': protocol,
  'Transport: floods, slowness, browsers': transport,
  'Shares: what one may take of what all need': shares,
};
