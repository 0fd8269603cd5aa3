import { jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReport, repeatFailed, specsToRepeat, type JestReport } from './repeat.ts';

function report(failed: number, wasInterrupted = false): JestReport {
  const failures = Array.from({ length: failed }, (_, n) => ({
    name: `${n}.spec.ts`,
    status: 'failed',
    message: '',
  }));
  return {
    wasInterrupted,
    testResults: [{ name: 'fine.spec.ts', status: 'passed', message: '' }, ...failures],
  };
}

describe('the specs that npm test repeats', () => {
  it('are the failed ones, if they are few', () => {
    expect(specsToRepeat(report(2))).toEqual(['0.spec.ts', '1.spec.ts']);
  });

  it.each([
    ['many specs failed', report(4)],
    ['none failed', report(0)],
    ['the run was interrupted', report(1, true)],
    ['jest crashed and left no report', undefined],
  ])('are none if %s', (_, written) => {
    expect(specsToRepeat(written)).toEqual([]);
  });

  it('come from the file that jest writes', () => {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-report-'));
    const file = join(dir, 'report.json');
    expect(readReport(file)).toBeUndefined();
    writeFileSync(file, JSON.stringify(report(1)));
    expect(specsToRepeat(readReport(file))).toEqual(['0.spec.ts']);
    rmSync(dir, { recursive: true });
  });

  it.each([
    ['passes if they pass then', [1, 0], 0],
    ['fails if they fail again', [1, 1], 1],
  ])('are run once more; the run %s', (_, codes, expected) => {
    const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const calls: string[][] = [];
    const run = (flags: string[]): number => {
      calls.push(flags);
      const file = flags.find((flag) => flag.startsWith('--outputFile='))?.slice('--outputFile='.length);
      if (file) writeFileSync(file, JSON.stringify(report(1)));
      return codes[calls.length - 1] ?? 1;
    };
    expect(repeatFailed(run)).toBe(expected);
    expect(calls[1]).toEqual(['--maxWorkers=1', '--runTestsByPath', '0.spec.ts']);
    expect(calls).toHaveLength(2);
    expect(print).toHaveBeenCalledWith(expect.stringContaining('0.spec.ts'));
  });
});
