import { booleanAttribute, Component, computed, inject, input, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { submit, type FieldTree, type ValidationError } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import {
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { filter, merge } from 'rxjs';
import { sentenceFor } from '../core/http/error-sentences';
import { ApiError, toRequestFailure, type RequestFailure } from '../core/http/request-failure';
import { Dialogs } from './dialogs';
import { FailureNote } from './failure-note';
import { UI_TEXTS } from './ui.texts';

const TEXTS = UI_TEXTS.formDialog;

/** Kind of a validation error that the controller reported for a field. */
const REFUSED = 'refused';
let count = 0;

/**
 * A dialog with a form; the projected content holds its fields. It runs the action and closes with its result. If the
 * controller refuses, it stays open and shows the reason, also at each refused field that has the API's name. Escape or
 * a click outside asks for confirmation before it discards changes.
 */
@Component({
  selector: 'mc-form-dialog',
  imports: [FailureNote, MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>{{ heading() }}</h2>
    <mat-dialog-content>
      <form novalidate [id]="id" (submit)="submit($event)">
        <ng-content />
        <div role="alert">
          @if (failure(); as refused) {
            <div class="refused">
              <strong>{{ title() }}.</strong> <mc-failure-note [failure]="refused" />
            </div>
          }
        </div>
      </form>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>{{ cancelLabel() }}</button>
      <button
        matButton="filled"
        type="submit"
        [attr.form]="id"
        [class.danger]="isDangerous()"
        [disabled]="isBusy() || isBlocked() || (needsValid() && hasProblem())"
      >
        {{ buttonLabel() }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    :host {
      display: contents;
    }
    form {
      display: grid;
      gap: 14px;
      min-width: 0;
    }
    .refused {
      padding: 10px 12px;
      border-radius: 6px;
      color: var(--mc-error-ink);
      background: var(--mc-error-wash);
    }
    .danger:enabled {
      color: var(--mc-page);
      background: var(--mc-error-ink);
    }
  `,
})
export class FormDialog<Model extends object> {
  private readonly dialog = inject<MatDialogRef<unknown>>(MatDialogRef);
  private readonly dialogs = inject(Dialogs);

  readonly of = input.required<FieldTree<Model>>();
  readonly heading = input.required<string>();
  /** Label of the submit button. */
  readonly label = input.required<string>();
  /** Label of the submit button while the action runs. */
  readonly busyLabel = input<string>();
  readonly cancelLabel = input<string>(TEXTS.cancel);
  /** Called on submit; the dialog closes with its result. */
  readonly action = input.required<() => Promise<unknown>>();
  readonly staysOpen = input(false, { transform: booleanAttribute });
  readonly isDangerous = input(false, { transform: booleanAttribute });
  /** Disables the submit button while a field is invalid. By default it is enabled, and submitting shows the errors. */
  readonly needsValid = input(false, { transform: booleanAttribute });
  /** If false, closing discards changes without confirmation. */
  readonly isGuarded = input(true);
  /** Disables the submit button. */
  readonly isBlocked = input(false);

  protected readonly id = `form-${(count += 1)}`;
  protected readonly failure = signal<RequestFailure | null>(null);
  protected readonly title = computed(() => {
    const failure = this.failure();
    return failure ? sentenceFor(failure).title : '';
  });
  protected readonly isBusy = computed(() => this.of()().submitting());
  /** Ignores errors reported by the controller: the same values may be submitted again. */
  protected readonly hasProblem = computed(() =>
    this.of()()
      .errorSummary()
      .some(({ kind }) => kind !== REFUSED),
  );
  protected readonly buttonLabel = computed(() => {
    if (this.isBusy()) return this.busyLabel() ?? this.label();
    return this.failure() && !this.staysOpen() ? TEXTS.retry : this.label();
  });
  private readonly tried = signal(false);
  /** True after the first submit. */
  readonly isTried = this.tried.asReadonly();

  constructor() {
    // Material would close it without confirmation, and while the action runs.
    this.dialog.disableClose = true;
    const escapes = this.dialog
      .keydownEvents()
      .pipe(filter(({ key, defaultPrevented }) => key === 'Escape' && !defaultPrevented));
    merge(escapes, this.dialog.backdropClick())
      .pipe(takeUntilDestroyed())
      .subscribe((event) => {
        event.preventDefault();
        void this.leave();
      });
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isBusy() || this.isBlocked()) return;
    this.tried.set(true);
    this.failure.set(null);
    await submit(this.of(), {
      action: () => this.save(),
      ignoreValidators: this.hasProblem() ? 'pending' : 'all',
    });
    this.of()().errorSummary()[0]?.fieldTree().focusBoundControl();
  }

  private async save(): Promise<ValidationError.WithOptionalFieldTree[]> {
    try {
      const result = await this.action()();
      if (!this.staysOpen()) this.dialog.close(result);
      return [];
    } catch (error) {
      const failure = toRequestFailure(error);
      this.failure.set(failure);
      return this.refusedFields(failure);
    }
  }

  private refusedFields(failure: RequestFailure): ValidationError.WithOptionalFieldTree[] {
    const fields = this.of();
    const trees = fields as unknown as Readonly<Record<string, FieldTree<unknown>>>;
    const refused = failure instanceof ApiError ? failure.fields : [];
    return refused.flatMap(({ field, detail }) => {
      // An error in a nested property belongs to its top-level field.
      const name = field.split('.')[0] ?? field;
      const fieldTree = Object.hasOwn(fields().value(), name) ? trees[name] : undefined;
      return fieldTree ? [{ kind: REFUSED, message: detail, fieldTree }] : [];
    });
  }

  private async leave(): Promise<void> {
    if (this.isBusy()) return;
    if (this.isGuarded() && this.of()().dirty()) {
      const isMeant = await this.dialogs.confirm({
        title: TEXTS.leaveHeading,
        meaning: TEXTS.leaveAdvice,
        label: TEXTS.leave,
        isDangerous: true,
      });
      if (!isMeant) return;
    }
    this.dialog.close();
  }
}
