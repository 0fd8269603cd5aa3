import { assert, refused } from './checks.mjs';

const STREAMS_OF_ONE_USER = 10;

/** Opens a live stream; gives the status, and what ends it. */
async function openStream(target, token) {
  const abort = new AbortController();
  const { status } = await fetch(`${target.api}/controller/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  return { status, close: () => abort.abort() };
}

export const shares = [
  {
    name: 'take every live stream as a viewer',
    run: async (target) => {
      const streams = await Promise.all(
        Array.from({ length: STREAMS_OF_ONE_USER }, () => openStream(target, target.tokens.viewer)),
      );
      try {
        const next = await target.request('GET', '/controller/events', { token: target.tokens.viewer });
        const got = refused(next, 429);
        assert(Number(next.headers.get('retry-after')) > 0, 'no Retry-After');
        const other = await openStream(target, target.tokens.operator);
        streams.push(other);
        assert(other.status === 200, `a colleague gets ${other.status}`);
        return got;
      } finally {
        for (const { close } of streams) close();
      }
    },
  },
];
