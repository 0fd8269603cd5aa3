import { configStatusOf, type ConfigFacts } from './config-status.js';

const DESIRED = 5;
const OLDER = 4;
const NEWER = 6;

type Case = [ConfigFacts['ackVersion'], ConfigFacts['ackStatus'], ConfigFacts['reportedVersion'], string];

const CASES: Case[] = [
  [null, null, null, 'pending'],
  [null, null, OLDER, 'pending'],
  // The number may be that of another controller's configuration: the acknowledgement decides.
  [null, null, DESIRED, 'pending'],
  [OLDER, 'applied', OLDER, 'pending'],
  [OLDER, 'applied', DESIRED, 'pending'],
  [OLDER, 'failed', null, 'pending'],
  [OLDER, 'failed', OLDER, 'pending'],
  [NEWER, 'applied', NEWER, 'pending'],
  [DESIRED, null, DESIRED, 'pending'],
  [DESIRED, 'applied', null, 'applied'],
  [DESIRED, 'applied', DESIRED, 'applied'],
  // It has registered with another version since.
  [DESIRED, 'applied', OLDER, 'pending'],
  [DESIRED, 'applied', NEWER, 'pending'],
  [DESIRED, 'failed', null, 'failed'],
  [DESIRED, 'failed', OLDER, 'failed'],
  [DESIRED, 'failed', DESIRED, 'failed'],
];

describe('configStatusOf', () => {
  it.each(CASES)(
    'acknowledged version %p as %p, reported version %p: %s',
    (ackVersion, ackStatus, reportedVersion, status) => {
      expect(configStatusOf({ configVersion: DESIRED, reportedVersion, ackVersion, ackStatus })).toBe(status);
    },
  );
});
