import { IndependenceFlags } from './independence-flags.js';

describe('IndependenceFlags', () => {
  it('ignores an older switch that arrives after a newer one', () => {
    const flags = new IndependenceFlags();
    const flag = flags.retain('orch-1');
    expect(flags.apply('orch-1', false, 2)).toBe(false);
    expect(flags.apply('orch-1', true, 1)).toBe(false);
    expect(flag.isIndependent).toBe(false);
  });

  it('applies a switch announced between the read of a row and its handshake', () => {
    const flags = new IndependenceFlags();
    const flag = flags.retain('orch-1');
    flags.apply('orch-1', true, 7);
    flags.apply('orch-1', false, 6);
    expect(flag.isIndependent).toBe(true);
  });

  it('shares one flag among its holders and drops it with the last', () => {
    const flags = new IndependenceFlags();
    const first = flags.retain('orch-1');
    expect(flags.retain('orch-1')).toBe(first);
    flags.release('orch-1');
    expect(flags.retainedIds()).toEqual(['orch-1']);
    flags.release('orch-1');
    expect(flags.retainedIds()).toEqual([]);
    expect(flags.apply('orch-1', true, 9)).toBe(false);
  });
});
