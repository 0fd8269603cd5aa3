import { envKey, parseEnvFlags, withEnvFlags } from './env-file.js';

describe('the .env file', () => {
  it('uses the upper-case id as key, with all other characters as "_"', () => {
    expect(envKey('orch-001')).toBe('ORCHESTRATOR_ORCH_001_INDEPENDENT');
    expect(envKey('a.b_c')).toBe('ORCHESTRATOR_A_B_C_INDEPENDENT');
  });

  function merged(text: string, flags: Record<string, boolean>): string {
    return [...withEnvFlags(text, new Map(Object.entries(flags)))].join('');
  }

  it('reads back what it wrote', () => {
    const flags = { ORCHESTRATOR_B_INDEPENDENT: false, ORCHESTRATOR_A_INDEPENDENT: true };
    const text = merged('', flags);
    expect(text).toBe('ORCHESTRATOR_A_INDEPENDENT=true\nORCHESTRATOR_B_INDEPENDENT=false\n');
    expect(parseEnvFlags(text)).toEqual(new Map(Object.entries(flags)));
  });

  it("keeps an operator's own lines in place, and changes only the values of flags", () => {
    const text =
      '# mine\nORCHESTRATOR_A_INDEPENDENT=false\nFOO=bar\n\n# of B\n' +
      'ORCHESTRATOR_B_INDEPENDENT = false  # on a ship\nORCHESTRATOR_A_INDEPENDENT=false\n\n';
    expect(
      merged(text, {
        ORCHESTRATOR_A_INDEPENDENT: true,
        ORCHESTRATOR_B_INDEPENDENT: true,
        ORCHESTRATOR_C_INDEPENDENT: false,
      }),
    ).toBe(
      '# mine\nORCHESTRATOR_A_INDEPENDENT=true\nFOO=bar\n\n# of B\n' +
        'ORCHESTRATOR_B_INDEPENDENT = true  # on a ship\nORCHESTRATOR_C_INDEPENDENT=false\n',
    );
  });

  it("keeps an operator's line for an orchestrator that was never switched", () => {
    const text = 'ORCHESTRATOR_LATER_INDEPENDENT=true\r\n';
    expect(merged(text, {})).toBe('ORCHESTRATOR_LATER_INDEPENDENT=true\n');
    expect(parseEnvFlags(text).get('ORCHESTRATOR_LATER_INDEPENDENT')).toBe(true);
  });

  it('ignores other lines', () => {
    expect(parseEnvFlags('ORCHESTRATOR_A_INDEPENDENT=maybe\nX=true').size).toBe(0);
  });
});
