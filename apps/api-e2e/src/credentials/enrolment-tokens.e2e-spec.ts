import { wrong } from '@moolai/testing';
import type { EnrolmentToken, Page } from '@moolai/contracts';
import { enrol, enrolmentToken } from '../support/credentials.js';
import { useController } from '../support/use-controller.js';

const DAY_MS = 86_400_000;

describe('an enrolment token', () => {
  const controller = useController();

  function inDays(days: number): string {
    return new Date(Date.now() + days * DAY_MS).toISOString();
  }

  async function list(query = '', token?: string): Promise<EnrolmentToken[]> {
    return (await controller.get<Page<EnrolmentToken>>(`/internal/enrolment-tokens?${query}`, token)).items;
  }

  it.each([
    ['without an expiry', { expires_at: undefined }, 'expires_at'],
    ['that has expired', { expires_at: inDays(-1) }, 'expires_at'],
    ['that expires in more than a year', { expires_at: inDays(367) }, 'expires_at'],
    ['without any use', { max_uses: 0 }, 'max_uses'],
    ['with half a use', { max_uses: 1.5 }, 'max_uses'],
    ['without a name', { name: '' }, 'name'],
    ['of no organization', { organization_id: undefined }, 'organization_id'],
    ['with a secret of its own', { token: 'moe_mine' }, 'token'],
  ])('is refused %s', async (_, change, field) => {
    const body = { organization_id: 'org-a', name: 'Rollout', expires_at: inDays(1), ...change };
    const { error } = await controller.api.createEnrolmentToken(wrong(body)).expect(400);
    expect(error.errors).toContainEqual(expect.objectContaining({ field }));
  });

  it('answers 404 for an unknown organization', async () => {
    const body = { organization_id: 'org-nowhere', name: 'Rollout', expires_at: inDays(1) };
    await controller.api.createEnrolmentToken(body).expect(404);
  });

  it('is listed by organization, name and state, with its number of uses', async () => {
    const used = await enrolmentToken(controller, 'org-list', { name: 'Used', max_uses: 1 });
    await enrol(controller, 'list-1', used.token);
    const revoked = await enrolmentToken(controller, 'org-list', { name: 'Revoked' });
    await controller.api.revokeEnrolmentToken(revoked.id);
    const expired = await enrolmentToken(controller, 'org-list', { name: 'Expired' });
    await controller.database.query('UPDATE enrolment_tokens SET expires_at = now() WHERE id = $1', [
      expired.id,
    ]);
    await enrolmentToken(controller, 'org-list', { name: 'Usable', max_uses: 2 });
    await enrolmentToken(controller, 'org-other', { name: 'Usable too' });
    const mine = await list('organization_id=org-list&sort=id');
    expect(mine.map(({ name, state, uses }) => [name, state, uses])).toEqual([
      ['Used', 'used_up', 1],
      ['Revoked', 'revoked', 0],
      ['Expired', 'expired', 0],
      ['Usable', 'usable', 0],
    ]);
    for (const { state, id } of mine) {
      const same = await list(`organization_id=org-list&state=${state}`);
      expect(same.map((token) => token.id)).toEqual([id]);
    }
    await expect(list('search=usable')).resolves.toHaveLength(2);
  });

  it('can be revoked again, without effect', async () => {
    const { id } = await enrolmentToken(controller, 'org-again');
    const revoke = async (): Promise<EnrolmentToken> => {
      return controller.api.revokeEnrolmentToken(id);
    };
    const first = await revoke();
    expect(first).toMatchObject({ state: 'revoked', revoked_by: 'dev-token@controller' });
    await expect(revoke()).resolves.toEqual(first);
    await controller.api.revokeEnrolmentToken('999999').expect(404);
  });

  it('is visible only to administrators of its organization, whatever they request', async () => {
    await enrolmentToken(controller, 'org-theirs', { name: 'Theirs' });
    await enrolmentToken(controller, 'org-mine', { name: 'Mine' });
    const { access_token: admin } = await controller.user('admin', 'org-mine');
    for (const query of ['', 'organization_id=org-theirs', 'search=theirs', 'state=usable']) {
      const names = (await list(query, admin)).map(({ name }) => name);
      expect(names).not.toContain('Theirs');
    }
    await expect(list('', admin)).resolves.toHaveLength(1);
  });
});
