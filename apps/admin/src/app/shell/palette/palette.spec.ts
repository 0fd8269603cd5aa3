import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { orchestrator, organization, page, storedSession } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { enter, pass, settle } from '../../../testing/gestures';
import { configureConsole } from '../../../testing/open-page';
import { API } from '../../core/http/api-operations';
import { Palette } from './palette';

@Component({ template: '' })
class AnyPage {}

const PAUSE_MS = 150;

interface Opened {
  readonly controller: FakeController;
  readonly isClosed: () => boolean;
  readonly address: () => string;
}

async function open(): Promise<Opened> {
  let isClosed = false;
  TestBed.configureTestingModule({
    providers: [{ provide: MatDialogRef, useValue: { close: () => (isClosed = true) } }],
  });
  const controller = configureConsole([{ path: '**', component: AnyPage }], storedSession());
  TestBed.createComponent(Palette);
  await settle();
  return { controller, isClosed: () => isClosed, address: () => TestBed.inject(Router).url };
}

function field(): HTMLInputElement {
  return document.querySelector('input') as HTMLInputElement;
}

async function press(key: string): Promise<void> {
  field().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  await settle();
}

/** Answers the search for the current text. */
async function find(
  controller: FakeController,
  organizationIds: readonly string[],
  orchestratorIds: readonly string[],
): Promise<void> {
  const organizations = organizationIds.map((id) => organization({ organization_id: id, name: id }));
  const orchestrators = orchestratorIds.map((id) => orchestrator({ orchestrator_id: id, name: id }));
  // Searches for earlier texts were cancelled.
  for (const [operation, found] of [
    [API.listOrganizations, organizations],
    [API.listOrchestrators, orchestrators],
  ] as const) {
    for (const request of controller.takeAll(operation)) {
      if (!request.cancelled) await controller.reply(request, page<unknown>([...found]));
    }
  }
}

/** Types a few letters whose results are shown, and then more. */
async function typeOn(controller: FakeController): Promise<void> {
  await enter(field(), '-00');
  await pass(PAUSE_MS);
  await find(controller, ['org-001'], ['orch-001']);
  await enter(field(), 'orch-002');
}

beforeEach(() => {
  // jsdom cannot scroll.
  Element.prototype.scrollIntoView = () => undefined;
});

describe('Palette', () => {
  it('opens the chosen result', async () => {
    const { controller, isClosed, address } = await open();
    await enter(field(), '-00');
    await pass(PAUSE_MS);
    await find(controller, ['org-001'], ['orch-001']);

    await press('ArrowDown');
    await press('Enter');

    expect([isClosed(), address()]).toEqual([true, '/orchestrators/orch-001']);
  });

  it('opens the first result of the typed text, not of an earlier one, on an early Enter', async () => {
    const { controller, isClosed, address } = await open();
    await typeOn(controller);

    await press('Enter');
    expect(isClosed()).toBe(false);
    await find(controller, [], ['orch-002']);

    expect([isClosed(), address()]).toEqual([true, '/orchestrators/orch-002']);
  });

  it('opens it too if Enter precedes the answer', async () => {
    const { controller, address } = await open();
    await typeOn(controller);
    await pass(PAUSE_MS);

    await press('Enter');
    await find(controller, [], ['orch-002']);

    expect(address()).toBe('/orchestrators/orch-002');
  });

  it('opens nothing if the text changes after Enter', async () => {
    const { controller, isClosed } = await open();
    await typeOn(controller);
    await press('Enter');

    await enter(field(), 'orch-003');
    await pass(PAUSE_MS);
    await find(controller, [], ['orch-003']);

    expect(isClosed()).toBe(false);
  });

  it('opens nothing if an arrow key follows Enter', async () => {
    const { controller, isClosed } = await open();
    await typeOn(controller);
    await press('Enter');

    await press('ArrowDown');
    await find(controller, [], ['orch-002']);

    expect(isClosed()).toBe(false);
  });

  it('opens the result chosen with an arrow key, even while searching', async () => {
    const { controller, address } = await open();
    await typeOn(controller);

    await press('ArrowDown');
    await press('Enter');

    expect(address()).toBe('/orchestrators/orch-001');
  });

  it('opens nothing if the search fails', async () => {
    const { controller, isClosed } = await open();
    await typeOn(controller);
    await press('Enter');

    await controller.cutOff(API.listOrganizations);
    await controller.cutOff(API.listOrchestrators);

    expect(isClosed()).toBe(false);
    expect(document.body.textContent).not.toContain('org-001');
  });
});
