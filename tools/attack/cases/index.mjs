import { identity } from './identity.mjs';
import { input } from './input.mjs';
import { orchestrators } from './orchestrators.mjs';
import { protocol } from './protocol.mjs';
import { shares } from './shares.mjs';
import { tenancy } from './tenancy.mjs';
import { transport } from './transport.mjs';

/** Every attack, by what it goes for. */
export const groups = {
  'Identity: who are you?': identity,
  'Tenancy: what is not yours': tenancy,
  'Orchestrators: speaking for another': orchestrators,
  'Input: what no client would send': input,
  'Protocol: the WebSocket of orchestrators': protocol,
  'Transport: floods, slowness, browsers': transport,
  'Shares: what one may take of what all need': shares,
};
