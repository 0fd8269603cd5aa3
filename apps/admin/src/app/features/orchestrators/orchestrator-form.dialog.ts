import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { isId, PAGE_SIZE_MAX, type OrchestratorDetail } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { FailureNote } from '../../ui/failure-note';
import {
  changesOf,
  parseLabels,
  parseVariables,
  SECRET_FIELDS,
  TEXT_FIELDS,
  valuesOf,
  type SecretFieldName,
  type TextFieldName,
} from './orchestrator-form';

/** Creates an orchestrator before it registers, or changes its description. */
@Component({
  selector: 'mc-orchestrator-form-dialog',
  imports: [FailureNote, MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  templateUrl: './orchestrator-form.dialog.html',
  styleUrl: './orchestrator-form.dialog.scss',
})
export class OrchestratorFormDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog = inject<MatDialogRef<OrchestratorFormDialog, OrchestratorDetail>>(MatDialogRef);

  /** Null for a new one. */
  protected readonly known = inject<OrchestratorDetail | null>(MAT_DIALOG_DATA);
  protected readonly fields = TEXT_FIELDS;
  protected readonly secrets = SECRET_FIELDS.map((field) => ({
    ...field,
    isSet: (this.known?.[field.name] ?? null) !== null,
  }));
  protected readonly variableNames = Object.keys(this.known?.environment_variables ?? {});
  protected readonly id = signal('');
  protected readonly organizationId = signal('');
  protected readonly values = signal(valuesOf(this.known));
  protected readonly isSaving = signal(false);
  protected readonly failure = signal<RequestFailure | null>(null);
  private readonly isTried = signal(false);
  protected readonly organizations = apiResource(API.organizations, () =>
    this.known ? undefined : { query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' } },
  );
  protected readonly choices = computed(() =>
    (this.organizations.value()?.items ?? []).map(({ organization_id: id, name }) => ({
      id,
      label: name && name !== id ? `${name} (${id})` : id,
    })),
  );
  protected readonly chosen = computed(() => this.organizationId() || this.choices()[0]?.id);

  /** The error of each field, after the first attempt to save. */
  protected readonly problems = computed<Readonly<Record<string, string>>>(() => {
    if (!this.isTried()) return {};
    const { texts, labels, variables } = this.values();
    const found: Record<string, string> = {};
    const failure = this.failure();
    for (const { field, detail } of failure?.name === 'ApiError' ? failure.fields : []) {
      found[field.split('.')[0] ?? field] = detail;
    }
    if (!this.known && !isId(this.id()))
      found['orchestrator_id'] = 'Enter an id with only letters, digits, dots, hyphens and underscores.';
    if (this.known?.name && texts.name.trim() === '') found['name'] = 'Enter a name.';
    const [parsedLabels, parsedVariables] = [parseLabels(labels), parseVariables(variables)];
    if ('problem' in parsedLabels) found['labels'] = parsedLabels.problem;
    if ('problem' in parsedVariables) found['environment_variables'] = parsedVariables.problem;
    return found;
  });

  protected setText(name: TextFieldName, text: string): void {
    this.values.update((values) => ({ ...values, texts: { ...values.texts, [name]: text } }));
  }

  protected setLines(name: 'labels' | 'variables', text: string): void {
    this.values.update((values) => ({ ...values, [name]: text }));
  }

  protected setSecret(name: SecretFieldName, text: string): void {
    this.values.update((values) => ({ ...values, secrets: { ...values.secrets, [name]: text } }));
  }

  protected toggleRemoval(name: SecretFieldName | 'environment_variables'): void {
    this.values.update((values) => {
      const removed = new Set(values.removed);
      if (!removed.delete(name)) removed.add(name);
      return { ...values, removed };
    });
  }

  protected titleOf(failure: RequestFailure): string {
    return sentenceFor(failure).title;
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isSaving()) return;
    this.failure.set(null);
    this.isTried.set(true);
    if (Object.keys(this.problems()).length > 0) return;
    this.isSaving.set(true);
    try {
      this.dialog.close(await this.send());
    } catch (error) {
      this.failure.set(toRequestFailure(error));
    } finally {
      this.isSaving.set(false);
    }
  }

  private async send(): Promise<OrchestratorDetail> {
    const changes = changesOf(this.values(), this.known);
    if (this.known) {
      if (Object.keys(changes).length === 0) return this.known;
      const path = { id: this.known.orchestrator_id };
      return this.api.call(API.changeOrchestrator, { path, body: changes });
    }
    const organizationId = this.chosen();
    const where = organizationId === undefined ? {} : { organization_id: organizationId };
    const body = { orchestrator_id: this.id(), ...where, ...changes };
    return this.api.call(API.createOrchestrator, { body });
  }
}
