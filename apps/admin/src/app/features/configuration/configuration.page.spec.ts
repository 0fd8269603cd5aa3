import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { ConfigRevision, JsonObject, OrchestratorConfig, Role } from '@moolai/contracts';
import { page, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { editorArea, shownDiff } from '../../../testing/fake-editor';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, pass, settle } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { allByRole, byRole, factOf, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { configurationRoutes } from './configuration.routes';

const ROUTES = [
  { path: '', component: Shell, children: [{ path: 'configuration', children: configurationRoutes }] },
];
const SETTINGS = { features: { max_tokens: 5 } };
const SCHEMAS = {
  features: { type: 'object', properties: { max_tokens: { type: 'integer', maximum: 10 } } },
};
const COUNTS = { config_statuses: { applied: 3, failed: 0, pending: 1 } };

function revision(overrides: Partial<ConfigRevision> = {}): ConfigRevision {
  return {
    revision: 2,
    before: { features: { max_tokens: 4 } },
    after: SETTINGS,
    changed_by: 'ada@example.com',
    changed_at: secondsAgo(60),
    comment: 'Longer answers',
    ...overrides,
  };
}

async function open(url: string, role: Role = 'admin'): Promise<FakeController> {
  const controller = await openPage(ROUTES, `/configuration${url}`, storedSession({ user: user({ role }) }));
  await streamOf().ready(true);
  await controller.answer(API.listOrganizations, page([]));
  return controller;
}

async function answerSettings(
  controller: FakeController,
  settings: JsonObject = SETTINGS,
  revisionNumber = 2,
): Promise<void> {
  const data = { organization_id: 'org-001', settings, revision: revisionNumber };
  await controller.answer(API.getOrganizationSettings, data, { etag: `"${revisionNumber}"` });
}

async function openOrganization({
  role = 'admin',
  view = '',
}: { role?: Role; view?: string } = {}): Promise<FakeController> {
  const controller = await open(`/organizations/org-001${view}`, role);
  await answerSettings(controller);
  await controller.answer(
    API.listOrganizationSettingsRevisions,
    page([revision(), revision({ revision: 1 })]),
  );
  await controller.answer(API.getFleetConfiguration, { defaults: {}, schemas: SCHEMAS, organizations: {} });
  await controller.answer(API.countOrchestrators, COUNTS);
  await settle();
  return controller;
}

async function type(content: JsonObject): Promise<void> {
  await enter(editorArea(), JSON.stringify(content));
}

function problems(): string {
  return textOf(document.querySelector('.problems') ?? undefined);
}

function saveButton(): HTMLButtonElement {
  return byRole('button', 'Save') as HTMLButtonElement;
}

describe("an organization's settings", () => {
  it('are shown in the editor, with the number of acknowledgements', async () => {
    await openOrganization();

    expect(JSON.parse(editorArea().value)).toEqual(SETTINGS);
    expect(textOf(byRole('link', /^Pending/))).toBe('Pending 1 orchestrators');
    expect(saveButton().disabled).toBe(true);
    expect(textOf()).toContain('Nothing to save');
  });

  it('are saved for the state that was read, with the comment, and show the reach of the change', async () => {
    const controller = await openOrganization();
    await type({ features: { max_tokens: 7 } });
    await enter(
      document.querySelector<HTMLInputElement>('[aria-label^=Comment]') as HTMLInputElement,
      'Cheaper',
    );
    await click(saveButton());

    const request = controller.take(API.changeOrganizationSettings);
    expect(request.request.headers.get('If-Match')).toBe('"2"');
    expect(request.request.body).toEqual({ settings: { features: { max_tokens: 7 } }, comment: 'Cheaper' });
    await controller.reply(request, { organization_id: 'org-001', pushed: 3, total: 4 });

    expect(textOf()).toContain('Saved. Pushed to 3 of 4 orchestrators.');
    await answerSettings(controller, { features: { max_tokens: 7 } }, 3);
    expect(saveButton().disabled).toBe(true);
  });

  it("are checked during typing: the syntax, and the fleet's schema", async () => {
    await openOrganization();

    await enter(editorArea(), '{"features": ');
    expect(problems()).toContain('Invalid JSON');
    expect(saveButton().disabled).toBe(true);

    await type({ features: { max_tokens: 11 } });
    expect(problems()).toBe('features.max_tokens must be at most 10');
  });

  it("show the controller's errors at the field", async () => {
    const controller = await openOrganization();
    await type({ features: { max_tokens: 8 } });
    await click(saveButton());
    await controller.refuse(API.changeOrganizationSettings, 'validation_error', {
      detail: 'The configuration of orch-001 would not be valid.',
      errors: [{ field: 'features.max_tokens', detail: 'features.max_tokens must be <= 7' }],
    });

    expect(problems()).toBe('features.max_tokens must be <= 7');
    expect(textOf()).toContain('Request id req-42');

    await type({ features: { max_tokens: 7 } });
    expect(problems()).toBe('');
  });

  it('keep the input when another user was faster, and merge both', async () => {
    const controller = await openOrganization();
    await type({ features: { max_tokens: 7 } });
    await click(saveButton());
    await controller.refuse(API.changeOrganizationSettings, 'conflict');
    await answerSettings(controller, { features: { max_tokens: 5 }, privacy_mode: true }, 3);
    await answerSettings(controller, { features: { max_tokens: 5 }, privacy_mode: true }, 3);
    await settle();

    expect(byRole('heading', 'Someone else changed this in the meantime')).toBeDefined();
    expect(shownDiff()).toContain('"privacy_mode": true');
    await click(byRole('button', 'Merge'));
    expect(JSON.parse(editorArea().value)).toEqual({ features: { max_tokens: 7 }, privacy_mode: true });

    await click(saveButton());
    expect(controller.take(API.changeOrganizationSettings).request.headers.get('If-Match')).toBe('"3"');
  });

  it('list the places that both changed', async () => {
    const controller = await openOrganization();
    await type({ features: { max_tokens: 7 } });
    await streamOf().tell(
      fleetEvent({ type: 'config.changed', orchestrator_id: null, data: { level: 'organization' } }),
    );
    await pass(1_000);
    await answerSettings(controller, { features: { max_tokens: 9 } }, 3);
    await click(byRole('button', 'Merge'));

    expect(textOf()).toContain('Check these before you save: features.max_tokens');
  });

  it('are read-only without permission to change them', async () => {
    await openOrganization({ role: 'viewer' });

    expect(editorArea().readOnly).toBe(true);
    expect(queryByRole('button', 'Save')).toBeNull();
    expect(textOf()).toContain('You can view this but not change it.');
  });

  it('ask before input is lost', async () => {
    await openOrganization();
    await type({});

    void TestBed.inject(Router).navigateByUrl('/configuration');
    await settle();
    await settle();

    expect(textOf()).toContain('Leave without saving?');
  });

  it('have a history whose entries list the changes', async () => {
    await openOrganization({ view: '?view=history&entry=2' });

    expect(textOf()).toContain('Longer answers');
    expect(shownDiff()).toContain('"max_tokens": 4');
    expect(queryByRole('button', 'Roll back to 2')).toBeNull();
    expect(byRole('button', 'Roll back to 1')).toBeDefined();
  });

  it('show who may read them', async () => {
    const controller = await open('/organizations/org-009');
    await controller.refuse(API.getOrganizationSettings, 'not_found', {
      detail: 'There is no organization org-009.',
    });

    expect(textOf(byRole('alert'))).toContain('There is no organization org-009.');
    await click(byRole('button', 'Retry', byRole('alert')));
    expect(controller.waiting(API.getOrganizationSettings)).toBe(1);
  });
});

describe("an orchestrator's own configuration", () => {
  const CONFIG: OrchestratorConfig = {
    orchestrator_id: 'orch-001',
    config_version: 7,
    config_hash: 'abc',
    config: { features: {}, privacy_mode: true },
    own: {
      features: {},
      session_config: {},
      privacy_mode: true,
      monitoring_enabled: null,
      phoenix_endpoint: null,
    },
    changed_at: secondsAgo(60),
    reported: {
      config_version: 6,
      status: 'failed',
      detail: 'unknown model',
      at: secondsAgo(5),
      pending_since: null,
    },
  };

  async function openOne(view = ''): Promise<FakeController> {
    const controller = await open(`/orchestrators/orch-001${view}`);
    for (const request of controller.takeAll(API.getOrchestratorConfig))
      await controller.reply(request, CONFIG, { etag: '"7"' });
    await controller.answer(API.getFleetConfiguration, { defaults: {}, schemas: {}, organizations: {} });
    return controller;
  }

  it('shows the desired and the reported configuration', async () => {
    await openOne();

    expect(factOf('Desired version')).toBe('7');
    expect(factOf('Reported version')).toBe('6');
    expect(factOf('Detail')).toBe('unknown model');
    expect(JSON.parse(editorArea().value)).toEqual({ privacy_mode: true });
  });

  it('inherits again values removed from the text', async () => {
    const controller = await openOne();
    await type({ monitoring_enabled: true });
    await click(saveButton());

    expect(controller.take(API.changeOrchestratorConfig).request.body).toEqual({
      features: null,
      session_config: null,
      privacy_mode: null,
      monitoring_enabled: true,
      phoenix_endpoint: null,
    });
  });

  it('shows the level of each effective value', async () => {
    const controller = await openOne('?view=effective');
    const set = { set_by: 'ada@example.com', set_at: secondsAgo(60) };
    await controller.answer(API.explainOrchestratorConfig, {
      orchestrator_id: 'orch-001',
      config_version: 7,
      values: [
        {
          path: '/privacy_mode',
          value: true,
          level: 'orchestrator',
          level_id: 'orch-001',
          revision: 3,
          ...set,
        },
        { path: '/features/a', value: 1, level: 'organization', level_id: 'org-001', revision: 2, ...set },
      ],
    });

    const rows = allByRole('row', undefined, byRole('table', 'Effective values')).map((row) => textOf(row));
    expect(rows[1]).toBe('privacy_mode true Orchestrator revision 3 ada@example.com 1 minute ago');
    expect(byRole('link', 'Organization').getAttribute('href')).toBe('/configuration/organizations/org-001');
  });
});
