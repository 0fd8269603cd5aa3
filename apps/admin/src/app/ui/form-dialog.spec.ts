import { Component, inject, signal } from '@angular/core';
import { form, validate } from '@angular/forms/signals';
import type { Organization } from '@moolai/contracts';
import { organization, storedSession } from '../../testing/builders';
import type { FakeController } from '../../testing/fake-controller';
import { click, enter, openDialog, pass, settle } from '../../testing/gestures';
import { openPage } from '../../testing/open-page';
import { byRole, fieldLabelled, queryByRole, textOf } from '../../testing/queries';
import { ApiClient } from '../core/http/api-client';
import { API } from '../core/http/api-operations';
import { Dialogs } from './dialogs';
import { FormDialog } from './form-dialog';
import { TextField } from './text-field';

@Component({
  selector: 'mc-thing-dialog',
  imports: [FormDialog, TextField],
  template: `
    <mc-form-dialog [of]="form" heading="Create a thing" label="Create" [action]="save">
      <mc-text-field [of]="form.name" label="Name" hint="Any name." />
      <mc-text-field [of]="form.website" label="Website" />
    </mc-form-dialog>
  `,
})
class ThingDialog {
  private readonly api = inject(ApiClient);

  private readonly values = signal({ name: '', website: '' });
  protected readonly form = form(this.values, (path) => {
    validate(path.name, ({ value }) =>
      value() === '' ? { kind: 'required', message: 'Enter a name.' } : undefined,
    );
  });

  protected readonly save = (): Promise<Organization> =>
    this.api.call(API.createOrganization, { body: { organization_id: 'org-001', ...this.values() } });
}

@Component({
  selector: 'mc-thing-page',
  template: `
    <button type="button" (click)="open()">Open</button>
    <p role="status">{{ outcome() }}</p>
  `,
})
class ThingPage {
  private readonly dialogs = inject(Dialogs);

  protected readonly outcome = signal('');

  protected async open(): Promise<void> {
    const created = await this.dialogs.open<Organization>(() => Promise.resolve(ThingDialog));
    this.outcome.set(created?.organization_id ?? 'left');
  }
}

async function open(): Promise<FakeController> {
  const routes = [{ path: 'things', component: ThingPage }];
  const controller = await openPage(routes, '/things', storedSession());
  await openDialog(byRole('button', 'Open'));
  return controller;
}

async function press(key: string): Promise<void> {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, keyCode: 27, bubbles: true }));
  await pass(500);
}

function isOpen(): boolean {
  return document.querySelector('mc-thing-dialog') !== null;
}

function noteOf(label: string): string {
  const field = fieldLabelled(label);
  return document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
}

describe('FormDialog', () => {
  it('shows what is wrong with a field once one tries to save, and leads to it', async () => {
    const controller = await open();
    expect(noteOf('Name')).toBe('Any name.');

    await click(byRole('button', 'Create'));

    expect(controller.waiting(API.createOrganization)).toBe(0);
    expect(noteOf('Name')).toBe('Enter a name.');
    expect(fieldLabelled('Name').getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(fieldLabelled('Name'));
  });

  it('saves once, and closes with what was saved', async () => {
    const controller = await open();
    await enter(fieldLabelled('Name'), 'Oslo');
    await click(byRole('button', 'Create'));
    expect((byRole('button', 'Create') as HTMLButtonElement).disabled).toBe(true);
    await press('Escape');
    expect(isOpen()).toBe(true);

    await controller.answer(API.createOrganization, organization());
    await pass(500);
    expect(isOpen()).toBe(false);
    expect(textOf(byRole('status'))).toBe('org-001');
  });

  it('shows a refusal, at the field too, and tries again', async () => {
    const controller = await open();
    await enter(fieldLabelled('Name'), 'Oslo');
    await click(byRole('button', 'Create'));
    await controller.refuse(API.createOrganization, 'validation_error', {
      detail: 'The input is invalid.',
      errors: [{ field: 'website', detail: 'must be an address' }],
    });

    expect(textOf(byRole('alert'))).toContain('The input is invalid. (website: must be an address)');
    expect(noteOf('Website')).toBe('must be an address');
    expect(document.activeElement).toBe(fieldLabelled('Website'));
    await click(byRole('button', 'Retry'));
    await controller.answer(API.createOrganization, organization());
    await pass(500);
    expect(isOpen()).toBe(false);
  });

  it('leaves with Escape, and asks first when something was typed', async () => {
    await open();
    await press('Escape');
    expect(isOpen()).toBe(false);
    expect(textOf(byRole('status'))).toBe('left');

    await openDialog(byRole('button', 'Open'));
    await enter(fieldLabelled('Name'), 'Oslo');
    await press('Escape');
    await pass(500);
    expect(byRole('heading', 'Leave without saving?')).toBeDefined();
    await press('Escape');
    expect(queryByRole('heading', 'Leave without saving?')).toBeNull();
    expect(fieldLabelled('Name').value).toBe('Oslo');

    await press('Escape');
    await pass(500);
    await click(byRole('button', 'Leave'));
    await pass(500);
    await settle();
    expect(isOpen()).toBe(false);
  });
});
