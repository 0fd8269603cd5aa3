import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_SERVER_VARIABLE, type TestServer } from '@moolai/testing';
import { environmentFor, type Artefact } from '../support/artefact-host.js';

const ROOT = new URL('../../../../', import.meta.url).pathname;

/** The relevant part of a run's result. */
export interface SuiteResult {
  passed: number;
  /** Failed tests with the reason, and files that could not be run. */
  failed: string[];
}

/** The relevant part of jest's report. */
interface Report {
  numPassedTests: number;
  testResults: {
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

/** Runs the end-to-end tests of `jest.artefact.config.js` on an artefact, with copies of a migrated database. */
export async function runSuite(artefact: Artefact, template: TestServer): Promise<SuiteResult> {
  const dir = mkdtempSync(join(tmpdir(), 'moolai-suite-'));
  const report = join(dir, 'report.json');
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      ...['node_modules/jest/bin/jest.js', '-c', 'apps/api-e2e/jest.artefact.config.js'],
      ...['--json', `--outputFile=${report}`],
    ],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        ...environmentFor(artefact),
        [TEST_SERVER_VARIABLE]: JSON.stringify(template),
      },
      stdio: 'ignore',
    },
  );
  await new Promise((resolve) => child.once('exit', resolve));
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  rmSync(dir, { recursive: true });
  const failed = testResults
    .filter(({ status }) => status !== 'passed')
    .flatMap(({ assertionResults, message }) => {
      const tests = assertionResults.filter(({ status }) => status === 'failed');
      return tests.length > 0
        ? tests.map(
            ({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join().slice(0, 1_000)}`,
          )
        : [message];
    });
  return { passed: numPassedTests, failed };
}
