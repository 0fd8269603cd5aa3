import { addressIn, claimAt, saysUnverified, valuesOf, whyMissing, type Claims } from './claims.js';

describe('claimAt', () => {
  it.each<[string, string, Claims, unknown]>([
    ['a name', 'groups', { groups: ['a'] }, ['a']],
    ['a path', 'realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
    ['a name with dots', 'https://acme.example/roles', { 'https://acme.example/roles': 'a' }, 'a'],
    [
      'a path through a name with dots',
      'resource_access.my.app.roles',
      { resource_access: { 'my.app': { roles: ['a'] } } },
      ['a'],
    ],
    ['a full name before a path', 'a.b', { a: { b: 1 }, 'a.b': 2 }, 2],
    ['nothing below a string', 'groups.roles', { groups: 'roles' }, undefined],
    ['nothing for a missing claim', 'groups', {}, undefined],
    ['nothing inherited from Object', 'constructor.name', {}, undefined],
  ])('returns %s', (_, path, claims, expected) => {
    expect(claimAt(claims, path)).toEqual(expected);
  });
});

describe('valuesOf', () => {
  it.each<[unknown, string[]]>([
    ['a', ['a']],
    [
      ['a', 1, 'b', null],
      ['a', 'b'],
    ],
    [{ admin: { '1': 'acme' }, viewer: {} }, ['admin', 'viewer']],
    [undefined, []],
    [7, []],
  ])('reads %j', (claim, values) => {
    expect(valuesOf(claim)).toEqual(values);
  });
});

describe('addressIn', () => {
  it.each<[unknown, string | undefined]>([
    ['a@b.example', 'a@b.example'],
    ['a b@c.example', undefined],
    ['nobody', undefined],
    [['a@b.example'], undefined],
    [`${'a'.repeat(250)}@b.example`, undefined],
  ])('turns %j into %j', (claim, address) => {
    expect(addressIn(claim)).toBe(address);
  });
});

describe('saysUnverified', () => {
  it.each([false, 'false', 0, ''])('is true for %j', (claim) => {
    expect(saysUnverified(claim)).toBe(true);
  });

  it.each([undefined, null, true, 'true'])('is false for %j', (claim) => {
    expect(saysUnverified(claim)).toBe(false);
  });
});

describe('whyMissing', () => {
  it('lists the names of the existing claims, without their values', () => {
    expect(whyMissing({ sub: 'secret', email: 'a@b.example' }, 'groups')).toBe(
      'the claim "groups" is neither in the ID token nor at UserInfo, which have email, sub',
    );
  });

  it('recognizes a claim that is stored elsewhere', () => {
    expect(whyMissing({ _claim_names: { groups: 'src1' } }, 'groups')).toContain('too long for a token');
  });
});
