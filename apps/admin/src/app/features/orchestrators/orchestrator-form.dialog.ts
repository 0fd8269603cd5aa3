import { Component, computed, effect, inject, signal } from '@angular/core';
import { disabled, form, FormField, maxLength, validate } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { isId, PAGE_SIZE_MAX, type OrchestratorDetail } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { FormDialog } from '../../ui/form-dialog';
import { TextField } from '../../ui/text-field';
import {
  changesOf,
  parseLabels,
  parseVariables,
  SECRET_FIELDS,
  TEXT_FIELDS,
  valuesOf,
  type ParsedLines,
} from './orchestrator-form';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.form;

const LONGEST_ID = 50;
const LONGEST_TEXT = 255;

function labelOf(label: string, isSet: boolean): string {
  return isSet ? TEXTS.isSet(label) : TEXTS.isNotSet(label);
}

function problemIn(lines: ParsedLines): { kind: string; message: string } | undefined {
  return 'problem' in lines ? { kind: 'lines', message: lines.problem } : undefined;
}

/** Creates an orchestrator before it registers, or changes its description. */
@Component({
  selector: 'mc-orchestrator-form-dialog',
  imports: [FormDialog, FormField, TextField],
  templateUrl: './orchestrator-form.dialog.html',
  styleUrl: './orchestrator-form.dialog.scss',
})
export class OrchestratorFormDialog {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);

  /** Null for a new one. */
  protected readonly known = inject<OrchestratorDetail | null>(MAT_DIALOG_DATA);
  protected readonly fields = TEXT_FIELDS;
  protected readonly secrets = SECRET_FIELDS.map(({ name, label, remove }) => {
    const isSet = (this.known?.[name] ?? null) !== null;
    return { name, label: labelOf(label, isSet), remove, isSet };
  });
  protected readonly variableNames = Object.keys(this.known?.environment_variables ?? {});
  protected readonly variablesLabel = labelOf(TEXTS.environmentVariables, this.variableNames.length > 0);
  protected readonly variablesHint =
    this.variableNames.length > 0 ? TEXTS.variablesSet(this.variableNames) : TEXTS.variablesHint;
  private readonly organizations = apiResource(API.listOrganizations, () =>
    this.known ? undefined : { query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' } },
  );
  protected readonly choices = computed(() =>
    (this.organizations.value()?.items ?? []).map(({ organization_id: id, name }) => ({
      id,
      label: name && name !== id ? `${name} (${id})` : id,
    })),
  );
  private readonly values = signal(valuesOf(this.known));
  protected readonly form = form(this.values, (path) => {
    maxLength(path.orchestrator_id, LONGEST_ID);
    validate(path.orchestrator_id, ({ value }) => {
      const message = TEXTS.idInvalid;
      return this.known || isId(value().trim()) ? undefined : { kind: 'id', message };
    });
    validate(path.name, ({ value }) =>
      this.known?.name && value().trim() === ''
        ? { kind: 'required', message: TEXTS.nameMissing }
        : undefined,
    );
    for (const { name } of TEXT_FIELDS) maxLength(path[name], LONGEST_TEXT);
    validate(path.labels, ({ value }) => problemIn(parseLabels(value())));
    for (const { name } of SECRET_FIELDS) {
      maxLength(path[name], LONGEST_TEXT);
      disabled(path[name], { when: ({ valueOf }) => valueOf(path.removed[name]) });
    }
    validate(path.environment_variables, ({ value }) => problemIn(parseVariables(value())));
    disabled(path.environment_variables, {
      when: ({ valueOf }) => valueOf(path.removed.environment_variables),
    });
  });

  constructor() {
    // The first organization is the default.
    effect(() => {
      const field = this.form.organization_id();
      const [first] = this.choices();
      if (field.value() === '' && first) field.value.set(first.id);
    });
  }

  protected readonly save = async (): Promise<OrchestratorDetail> => {
    const { orchestrator_id, organization_id } = this.values();
    const changes = changesOf(this.values(), this.known);
    if (this.known) {
      if (Object.keys(changes).length === 0) return this.known;
      const path = { id: this.known.orchestrator_id };
      return this.api.call(API.changeOrchestrator, { path, body: changes });
    }
    const where = organization_id === '' ? {} : { organization_id };
    const body = { orchestrator_id: orchestrator_id.trim(), ...where, ...changes };
    return this.api.call(API.createOrchestrator, { body });
  };
}
