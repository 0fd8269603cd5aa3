import { parseHosts } from './database-hosts.js';

describe('parseHosts', () => {
  it.each([
    ['db', [['db', 5432]]],
    [
      'a, b:5433',
      [
        ['a', 5432],
        ['b', 5433],
      ],
    ],
    [
      '10.0.0.1:6000,[::1]:6001,[fe80::2]',
      [
        ['10.0.0.1', 6000],
        ['::1', 6001],
        ['fe80::2', 5432],
      ],
    ],
    ['::1', [['::1', 5432]]],
    ['/var/run/postgresql', [['/var/run/postgresql', 5432]]],
  ] as const)('parses %s', (text, hosts) => {
    expect(parseHosts(text, 5432)).toEqual(hosts.map(([host, port]) => ({ host, port })));
  });

  it.each(['a,', ',a', 'a,,b', 'a:0', 'a:70000'])('rejects %s', (text) => {
    expect(parseHosts(text, 5432)).toBeUndefined();
  });
});
