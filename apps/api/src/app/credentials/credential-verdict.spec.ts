import { digest } from '../../platform/secrets/secrets.js';
import {
  judge,
  type PresentedToken,
  type RegistrationFacts,
  type StoredCredential,
} from './credential-verdict.js';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const EARLIER = new Date(NOW - 1_000);
const LATER = new Date(NOW + 1_000);

function token(more: Partial<PresentedToken> = {}): PresentedToken {
  return {
    id: 1,
    organizationId: 'org-1',
    createdAt: EARLIER,
    expiresAt: LATER,
    revokedAt: null,
    maxUses: null,
    uses: 0,
    ...more,
  };
}

function credential(more: Partial<StoredCredential> = {}): StoredCredential {
  return {
    currentHash: digest('moc_current'),
    nextHash: digest('moc_next'),
    isConfirmed: true,
    isRotationRequested: false,
    revokedAt: null,
    enrolmentTokenId: 1,
    ...more,
  };
}

/** The verdict on a known orchestrator with a credential, in token mode by default. */
function verdictOn(
  secret: string | undefined,
  stored: StoredCredential | null | undefined,
  more: Partial<RegistrationFacts> & { isQuarantined?: boolean } = {},
): object {
  const { isQuarantined = false, ...facts } = more;
  return judge({
    secret,
    known: stored === undefined ? undefined : { organizationId: 'org-1', isQuarantined, credential: stored },
    token: secret?.startsWith('moe_') ? token() : undefined,
    isTokenMode: true,
    isConnected: false,
    nowMs: NOW,
    ...facts,
  });
}

describe('judge', () => {
  it.each([
    ['a new orchestrator without a token', undefined, undefined],
    ['a known orchestrator without a credential', undefined, null],
    ['an unknown credential', 'moc_x', undefined],
  ])('admits %s in open mode only', (_, secret, stored) => {
    expect(verdictOn(secret, stored)).toMatchObject({ error: 'unauthorized' });
    expect(verdictOn(secret, stored, { isTokenMode: false })).toEqual({ kind: 'open' });
  });

  it.each([true, false])(
    'requires the credential of an orchestrator that has one; token mode: %s',
    (isTokenMode) => {
      expect(verdictOn(undefined, credential(), { isTokenMode })).toMatchObject({ error: 'unauthorized' });
      expect(verdictOn('moc_x', credential(), { isTokenMode })).toMatchObject({ error: 'unauthorized' });
      expect(verdictOn('moc_current', credential(), { isTokenMode })).toMatchObject({
        kind: 'credential',
        isNext: false,
      });
    },
  );

  it('admits the current and the offered credential, and tells them apart', () => {
    expect(verdictOn('moc_current', credential({ isRotationRequested: true }))).toMatchObject({
      isNext: false,
      wantsOffer: true,
    });
    expect(verdictOn('moc_next', credential({ isRotationRequested: true }))).toMatchObject({
      isNext: true,
      wantsOffer: false,
    });
    expect(verdictOn('moc_next', credential({ nextHash: null }))).toMatchObject({ error: 'unauthorized' });
  });

  it('reveals a revocation only to the holder of the credential', () => {
    const revoked = credential({ revokedAt: EARLIER });
    expect(verdictOn('moc_current', revoked)).toMatchObject({ error: 'credential_revoked' });
    expect(verdictOn('moc_x', revoked)).toMatchObject({ error: 'unauthorized' });
    expect(verdictOn(undefined, revoked, { isTokenMode: false })).toMatchObject({ error: 'unauthorized' });
  });

  it('reveals a quarantine only to an orchestrator that would be admitted otherwise', () => {
    expect(verdictOn('moc_current', credential(), { isQuarantined: true })).toMatchObject({
      error: 'quarantined',
    });
    expect(verdictOn('moc_x', credential(), { isQuarantined: true })).toMatchObject({
      error: 'unauthorized',
    });
    expect(verdictOn(undefined, null, { isQuarantined: true, isTokenMode: false })).toMatchObject({
      error: 'quarantined',
    });
  });

  it.each([
    ['unknown', undefined, 'unauthorized'],
    ['revoked', { revokedAt: EARLIER }, 'enrolment_token_revoked'],
    ['expired at this very moment', { expiresAt: new Date(NOW) }, 'enrolment_token_expired'],
    ['used up', { maxUses: 2, uses: 2 }, 'enrolment_token_used_up'],
  ])('refuses an enrolment token that is %s, in open mode as well', (_, more, error) => {
    const presented = more && token(more);
    expect(verdictOn('moe_x', undefined, { token: presented })).toMatchObject({ error });
    expect(verdictOn('moe_x', undefined, { token: presented, isTokenMode: false })).toMatchObject({ error });
  });

  it('admits a new orchestrator, or one without a credential, by enrolment token', () => {
    for (const stored of [undefined, null]) {
      expect(verdictOn('moe_x', stored)).toMatchObject({ kind: 'enrolment', isCounted: true });
    }
    expect(verdictOn('moe_x', undefined, { token: token({ maxUses: 2, uses: 1 }) })).toMatchObject({
      kind: 'enrolment',
    });
  });

  it('refuses the enrolment token of another organization', () => {
    expect(verdictOn('moe_x', null, { token: token({ organizationId: 'org-2' }) })).toMatchObject({
      error: 'organization_mismatch',
    });
  });

  it('does not let an enrolment token replace an existing credential', () => {
    expect(verdictOn('moe_x', credential())).toMatchObject({ error: 'unauthorized' });
  });

  it('lets it replace one that may never have arrived, for the same use of the same token', () => {
    const lost = credential({ isConfirmed: false });
    expect(verdictOn('moe_x', lost)).toMatchObject({ kind: 'enrolment', isCounted: false });
    expect(verdictOn('moe_x', lost, { token: token({ maxUses: 1, uses: 1 }) })).toMatchObject({
      kind: 'enrolment',
    });
    expect(verdictOn('moe_x', lost, { token: token({ id: 2 }) })).toMatchObject({ isCounted: true });
    expect(verdictOn('moe_x', lost, { token: token({ id: 2, maxUses: 1, uses: 1 }) })).toMatchObject({
      error: 'enrolment_token_used_up',
    });
  });

  it('does not while a connection uses that credential', () => {
    expect(verdictOn('moe_x', credential({ isConfirmed: false }), { isConnected: true })).toMatchObject({
      error: 'unauthorized',
    });
  });

  it('lets only a newer enrolment token undo a revocation', () => {
    const revoked = credential({ revokedAt: EARLIER });
    expect(verdictOn('moe_x', revoked)).toMatchObject({ error: 'credential_revoked' });
    expect(verdictOn('moe_x', revoked, { token: token({ createdAt: new Date(NOW) }) })).toMatchObject({
      kind: 'enrolment',
      isCounted: true,
    });
  });
});
