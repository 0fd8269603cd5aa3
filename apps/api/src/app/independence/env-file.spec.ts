import { envKey, parseEnvFlags, withEnvFlags } from './env-file.js';

describe('the .env file', () => {
  it('names a line by the id in capitals, everything else as "_"', () => {
    expect(envKey('orch-001')).toBe('ORCHESTRATOR_ORCH_001_INDEPENDENT');
    expect(envKey('a.b_c')).toBe('ORCHESTRATOR_A_B_C_INDEPENDENT');
  });

  it('reads back what it writes', () => {
    const flags = new Map([
      ['ORCHESTRATOR_B_INDEPENDENT', false],
      ['ORCHESTRATOR_A_INDEPENDENT', true],
    ]);
    const text = withEnvFlags('', flags);
    expect(text).toBe('ORCHESTRATOR_A_INDEPENDENT=true\nORCHESTRATOR_B_INDEPENDENT=false\n');
    expect(parseEnvFlags(text)).toEqual(flags);
  });

  it("keeps an operator's own lines and replaces only ours", () => {
    const text = '# mine\nFOO=bar\nORCHESTRATOR_A_INDEPENDENT=false\n\n';
    expect(withEnvFlags(text, new Map([['ORCHESTRATOR_A_INDEPENDENT', true]]))).toBe(
      '# mine\nFOO=bar\nORCHESTRATOR_A_INDEPENDENT=true\n',
    );
  });

  it('ignores what is no flag', () => {
    expect(parseEnvFlags('ORCHESTRATOR_A_INDEPENDENT=maybe\nX=true').size).toBe(0);
  });
});
