import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const APP = join(import.meta.dirname, '..');

/** The files of the API that contain a text, without specs. */
function filesWith(text: RegExp): string[] {
  return readdirSync(APP, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .filter((file) => text.test(readFileSync(join(APP, file), 'utf8')));
}

describe('revisions and versions of configurations', () => {
  it.each(['configuration_revisions', 'orchestrator_config_versions'])(
    'has one file that adds rows to %s',
    (table) => {
      expect(filesWith(new RegExp(`INSERT\\s+INTO\\s+${table}`, 'i'))).toEqual([
        join('configuration', 'config-revisions.repository.ts'),
      ]);
    },
  );

  it('changes and deletes no row of either table', () => {
    expect(
      filesWith(/(UPDATE|DELETE\s+FROM)\s+(configuration_revisions|orchestrator_config_versions)/i),
    ).toEqual([]);
  });
});
