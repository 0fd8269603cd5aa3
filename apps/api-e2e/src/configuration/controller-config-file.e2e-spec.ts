import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ControllerConfigDocument, JsonObject } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { ConfigFile } from '../support/config-file.js';
import { TestController } from '../support/test-controller.js';
import { useControllerPerTest } from '../support/use-controller.js';

/** The contract says one second; a machine busy with other tests gets one more. */
describe('controller_config.json', () => {
  const controller = useControllerPerTest();
  const { api } = controller;
  const file = new ConfigFile(controller);

  it('follows every change', async () => {
    const changes: [() => Promise<unknown>, (document: ControllerConfigDocument) => unknown][] = [
      [
        () => controller.orchestrator('file-1', { organization_id: 'org-file' }),
        ({ organizations }) => organizations['org-file']?.orchestrators.includes('file-1'),
      ],
      [
        () => api.changeOrganizationSettings('org-file', { settings: { x: 1 } }),
        ({ organizations }) => organizations['org-file']?.settings['x'] === 1,
      ],
      [() => api.changeFleetConfiguration({ defaults: { y: 1 } }), ({ defaults }) => defaults['y'] === 1],
      [
        () => api.changeFleetConfiguration({ organizations: { 'org-file': { name: 'Renamed' } } }),
        ({ organizations }) => organizations['org-file']?.name === 'Renamed',
      ],
      [
        () => api.rollBackFleetConfiguration({ revision: 1, comment: 'again' }),
        ({ defaults }) => defaults['y'] === 1,
      ],
    ];
    for (const [change, isThere] of changes) {
      await change();
      await waitUntil('the file has it', () => isThere(file.document()));
    }
    await file.untilInStep();
  });

  it('is restored when deleted', async () => {
    await controller.orchestrator('file-8');
    const before = await file.untilInStep();
    rmSync(file.path);
    await waitUntil('it is there again', () => existsSync(file.path));
    expect(file.document()).toEqual(before);
  });

  it('restores the defaults, schemas and settings of a lost database, each as a revision', async () => {
    await controller.orchestrator('file-10', { organization_id: 'org-file' });
    await api.changeFleetConfiguration({
      defaults: { features: { a: true } },
      schemas: { features: { type: 'object' } },
      organizations: { 'org-file': { name: 'Filed', settings: { x: 1 } } },
    });
    const before = await file.untilInStep();
    await controller.close();
    const successor = await TestController.start({
      env: { CONTROLLER_CONFIG_DIR: controller.settings.configDir },
    });
    await expect(successor.api.getFleetConfiguration()).resolves.toEqual(before);
    await expect(successor.api.listOrganizationSettingsRevisions('org-file')).resolves.toMatchObject({
      items: [{ revision: 1, changed_by: 'files', after: { x: 1 } }],
    });
    const orchestrator = await successor.connect();
    await orchestrator.register('file-10');
    await expect(orchestrator.next('provisioning')).resolves.toMatchObject({
      config: { features: { a: true }, x: 1 },
    });
    await successor.dispose();
  });

  it('does not overrule the database at start', async () => {
    await controller.orchestrator('file-11', { organization_id: 'org-file' });
    await api.changeOrganizationSettings('org-file', { settings: { by: 'database' } });
    await file.untilInStep();
    await controller.close();
    file.edit((document) => {
      document.defaults = { by: 'file' };
      (document.organizations['org-file'] as { settings: JsonObject }).settings = { by: 'file' };
      document.organizations['org-late'] = {
        name: 'Late',
        orchestrators: ['file-11', 'file-11b', 'file-11b'],
        is_independent: false,
        settings: { x: 1 },
      };
    });
    await controller.reopen();
    const { organizations } = file.document();
    expect(organizations['org-file']).toMatchObject({
      orchestrators: ['file-11'],
      settings: { by: 'database' },
    });
    expect(organizations['org-late']).toMatchObject({ orchestrators: ['file-11b'], settings: { x: 1 } });
    await file.untilInStep();
  });

  it('is set aside at start if it cannot be read, without preventing the start', async () => {
    await controller.close();
    writeFileSync(file.path, '{"organizations": {"org-lost": ');
    await controller.reopen();
    expect(readFileSync(`${file.path}.refused`, 'utf8')).toBe('{"organizations": {"org-lost": ');
    await file.untilInStep();
    await controller.close();
    const unstorable = { defaults: { x: '\u0000' }, organizations: { 'org-lost': { name: 'Found' } } };
    writeFileSync(file.path, JSON.stringify(unstorable));
    await controller.reopen();
    await expect(api.getFleetConfiguration()).resolves.toMatchObject({
      defaults: {},
      organizations: { 'org-lost': { name: 'Found' } },
    });
  });

  it('contains the last change when the controller is stopped', async () => {
    await controller.orchestrator('file-12', { organization_id: 'org-file' });
    await api.changeOrganizationSettings('org-file', { settings: { last: true } });
    await controller.close();
    expect(file.document().organizations['org-file']?.settings).toEqual({ last: true });
  });

  it('applies a manual edit saved right before the controller was stopped', async () => {
    await controller.orchestrator('file-13', { organization_id: 'org-file' });
    await file.untilInStep();
    await api.changeOrganizationSettings('org-file', { settings: { x: 1 } });
    file.edit((document) => (document.defaults = { last: true }));
    await controller.restart();
    await expect(api.getFleetConfiguration()).resolves.toMatchObject({
      defaults: { last: true },
      organizations: { 'org-file': { settings: { x: 1 } } },
    });
  });
});
