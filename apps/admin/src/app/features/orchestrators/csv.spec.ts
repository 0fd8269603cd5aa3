import { orchestrator } from '../../../testing/builders';
import { toCsv } from './csv';

describe('toCsv', () => {
  it('has a header, and one line per orchestrator', () => {
    const lines = toCsv([orchestrator(), orchestrator({ orchestrator_id: 'orch-002' })]).split('\r\n');

    // Excel only recognizes UTF-8 by a byte order mark.
    expect(lines[0]).toMatch(/^\uFEFForchestrator_id,name,/);
    expect(lines[2]).toMatch(/^orch-002,/);
    expect(lines).toHaveLength(4);
  });

  it.each([
    ['Oslo, east', '"Oslo, east"'],
    ['The "old" one', '"The ""old"" one"'],
    ['=SUM(A1)', "'=SUM(A1)"],
  ])('writes the name %s as %s', (name, written) => {
    expect(toCsv([orchestrator({ name })])).toContain(`orch-001,${written},org-001`);
  });
});
