import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { waitUntil } from '@moolai/testing';
import { receivedConfigs } from '../support/received-configs.js';
import { ConfigFile } from '../support/config-file.js';
import { lockRows, untilBlocked } from '../support/row-lock.js';
import { useControllerPerTest } from '../support/use-controller.js';

describe('a manual edit of controller_config.json', () => {
  const controller = useControllerPerTest();
  const { api } = controller;
  const file = new ConfigFile(controller);

  it('is applied and pushed', async () => {
    const orchestrator = await controller.orchestrator('file-2');
    await file.untilInStep();
    file.edit((document) => {
      document.defaults = { session_config: { max_tokens: 3 } };
      document.organizations['org-hand'] = {
        name: 'By hand',
        orchestrators: ['file-2b'],
        is_independent: false,
        settings: {},
      };
    });
    await expect(orchestrator.next('config_update')).resolves.toMatchObject({
      config: { session_config: { max_tokens: 3 } },
    });
    await waitUntil('it is logged', () => controller.log.text().includes('hand edit brought into force'));
    const { organizations } = await file.untilInStep();
    expect(organizations['org-hand']).toMatchObject({ name: 'By hand', orchestrators: ['file-2b'] });
    await expect(api.listFleetRevisions()).resolves.toMatchObject({
      items: [{ changed_by: 'controller_config.json' }],
    });
  });

  it.each<[string, BufferEncoding]>([
    ['UTF-8', 'utf8'],
    ['UTF-16', 'utf16le'],
  ])('may be saved as %s with a byte order mark, as editors on Windows do', async (_, encoding) => {
    await controller.orchestrator('file-bom');
    const document = await file.untilInStep();
    const text = JSON.stringify({ ...document, defaults: { saved_as: encoding } });
    writeFileSync(file.path, Buffer.from(`\uFEFF${text}`, encoding));
    await file.untilInForce(({ defaults }) => defaults['saved_as'] === encoding);
    await file.untilInStep();
    expect(controller.log.text()).not.toContain('refused');
  });

  it('may replace the file, as most editors do', async () => {
    await controller.orchestrator('file-3');
    const document = await file.untilInStep();
    writeFileSync(`${file.path}.swp`, JSON.stringify({ ...document, defaults: { x: 1 } }));
    renameSync(`${file.path}.swp`, file.path);
    await file.untilInForce(({ defaults }) => defaults['x'] === 1);
  });

  it.each<[string, string, string]>([
    ['that is not JSON', '{"defaults": {"x": 1},', 'JSON'],
    [
      'with a field that there is not',
      '{"defaults": {"x": 1}, "organisations": {}}',
      'organisations is not a field',
    ],
    [
      'with an organization that is wrong',
      '{"defaults": {"x": 1}, "organizations": {"org-001": {"settings": 5}, "org-hand": {}}}',
      'organizations.org-001.settings must be an object',
    ],
    [
      'that moves an orchestrator to another organization',
      '{"defaults": {"x": 1}, "organizations": {"org-hand": {"orchestrators": ["file-4"]}}}',
      'file-4 belongs to another organization than org-hand',
    ],
    [
      'that the orchestrators could not accept',
      '{"defaults": {"x": 1, "privacy_mode": "on"}}',
      'privacy_mode must be boolean',
    ],
  ])(
    '%s is refused: a log line names the file, nothing is applied, the text is kept',
    async (_, text, reason) => {
      const orchestrator = await controller.orchestrator('file-4');
      const before = await file.untilInStep();
      writeFileSync(file.path, text);
      await waitUntil('it is logged', () =>
        controller.log.text().includes('hand edit of controller_config.json refused, nothing was changed'),
      );
      const line = controller.log.messages().find((message) => message.includes('hand edit of'));
      expect(line).toContain(reason);
      expect(controller.log.text()).toContain(JSON.stringify(file.path));
      await expect(file.untilInStep()).resolves.toEqual(before);
      expect(readFileSync(`${file.path}.refused`, 'utf8')).toBe(text);
      await expect(receivedConfigs(orchestrator, 'file-4')).resolves.toEqual([]);
    },
  );

  it('is not applied while it is still being written', async () => {
    await controller.orchestrator('file-5');
    const text = JSON.stringify({ ...(await file.untilInStep()), defaults: { x: 1 } });
    for (let length = 1; length < text.length; length += 1 + Math.floor(text.length / 40)) {
      writeFileSync(file.path, text.slice(0, length));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    writeFileSync(file.path, text);
    await file.untilInForce(({ defaults }) => defaults['x'] === 1);
    expect(controller.log.text()).not.toContain('refused');
  });

  it('does not revert changes made during the editing', async () => {
    await controller.orchestrator('file-6', { organization_id: 'org-file' });
    const old = await file.untilInStep();
    // At the same time: the file does not contain the change yet when it is saved.
    await api.changeOrganizationSettings('org-file', { settings: { by: 'rest' } });
    writeFileSync(file.path, JSON.stringify({ ...old, defaults: { by: 'hand' } }));
    await waitUntil('it is logged', () => controller.log.text().includes('hand edit brought into force'));
    const { defaults, organizations } = await file.untilInStep();
    expect(defaults).toEqual({ by: 'hand' });
    expect(organizations['org-file']?.settings).toEqual({ by: 'rest' });
  });

  it('and a concurrent change are both kept', async () => {
    await controller.orchestrator('file-7', { organization_id: 'org-file' });
    for (let n = 1; n <= 4; n += 1) {
      await file.untilInStep();
      file.edit((document) => (document.defaults = { n }));
      await api.changeOrganizationSettings('org-file', { settings: { n } });
      await expect(file.untilInStep()).resolves.toMatchObject({
        defaults: { n },
        organizations: { 'org-file': { settings: { n } } },
      });
    }
  });

  it('counts when saved while another one is being applied', async () => {
    await controller.orchestrator('file-14');
    await file.untilInStep();
    const release = await lockRows(controller.database, 'fleet_configuration');
    file.edit((document) => (document.defaults = { first: 1 }));
    await untilBlocked(controller.database);
    file.edit((document) => (document.defaults = { second: 2 }));
    await release();
    await file.untilInForce(({ defaults }) => defaults['second'] === 2);
    await expect(api.listFleetRevisions()).resolves.toMatchObject({ total: 2 });
  });

  it('waits for a database that is down', async () => {
    await controller.orchestrator('file-9');
    await file.untilInStep();
    await controller.database.goAway();
    file.edit((document) => (document.defaults = { x: 1 }));
    await waitUntil('it was tried', () => controller.log.text().includes('not in step with the database'));
    expect(file.document().defaults).toEqual({ x: 1 });
    await controller.database.comeBack();
    await file.untilInForce(({ defaults }) => defaults['x'] === 1);
    expect(controller.log.text()).not.toContain('refused');
    await waitUntil('it listens again', () => controller.log.text().includes('listening for changes again'));
  });
});
