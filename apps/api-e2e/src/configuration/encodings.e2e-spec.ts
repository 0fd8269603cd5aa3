import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IndependenceResult } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { ConfigFile } from '../support/config-file.js';
import { useController } from '../support/use-controller.js';

const REASON = /not UTF-8 \(line \d+\): save it as UTF-8/;

/** The bytes of an editor that saves in Latin-1, where é is the single byte E9. */
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('a file under CONTROLLER_CONFIG_DIR that is saved in Latin-1', () => {
  const controller = useController();

  beforeAll(async () => {
    await controller.orchestrator('latin-1', { organization_id: 'org-latin' });
  });

  const path = (name: string): string => join(controller.settings.configDir, name);

  async function switchTo(is_independent: boolean): Promise<IndependenceResult['persisted']> {
    return (await controller.api.switchIndependence('latin-1', { is_independent })).persisted;
  }

  /** The log lines about a file. */
  const linesAbout = (name: string): string[] =>
    controller.log
      .text()
      .split('\n')
      .filter((line) => line.includes(JSON.stringify(path(name))));

  it('is refused if it is controller_config.json: nothing is applied, and its bytes are kept', async () => {
    const file = new ConfigFile(controller);
    const before = await file.untilInStep();
    const bytes = latin1(JSON.stringify({ ...before, defaults: { city: 'Orléans' } }));
    writeFileSync(file.path, bytes);
    await waitUntil('it is refused', () =>
      linesAbout('controller_config.json').some((line) => REASON.test(line)),
    );
    await expect(file.untilInStep()).resolves.toEqual(before);
    expect(readFileSync(`${file.path}.refused`)).toEqual(bytes);
  });

  it('keeps its bytes if it is .env, and still follows switches', async () => {
    await expect(switchTo(true)).resolves.toMatchObject({ env_file: true });
    const text = `# Orléans\n${readFileSync(path('.env'), 'utf8')}`;
    writeFileSync(path('.env'), latin1(text));
    await expect(switchTo(false)).resolves.toEqual({ database: true, env_file: true, json_file: true });
    const switched = text.replace('LATIN_1_INDEPENDENT=true', 'LATIN_1_INDEPENDENT=false');
    expect(readFileSync(path('.env'))).toEqual(latin1(switched));
    expect(linesAbout('.env').join('\n')).toMatch(REASON);
    writeFileSync(path('.env'), switched);
    await switchTo(true);
    expect(readFileSync(path('.env'), 'utf8')).toBe(text);
  });

  it('does not prevent a start, and nothing of it is lost', async () => {
    await switchTo(true);
    await controller.close();
    const names = ['.env', 'controller_config.json', 'orchestrator_independence.json'];
    const written = new Map<string, Buffer>();
    for (const name of names) {
      const bytes = Buffer.concat([readFileSync(path(name)), latin1('# Orléans\n')]);
      written.set(name, bytes);
      writeFileSync(path(name), bytes);
    }
    await controller.reopen();
    for (const name of names) expect(linesAbout(name).join('\n')).toMatch(REASON);
    expect(readFileSync(path('.env'))).toEqual(written.get('.env'));
    for (const name of names.slice(1)) {
      expect(readFileSync(`${path(name)}.refused`)).toEqual(written.get(name));
      expect(() => JSON.parse(readFileSync(path(name), 'utf8')) as unknown).not.toThrow();
    }
  });
});
