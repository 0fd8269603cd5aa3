import { Component, computed, inject, input } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators, type ValidatorFn } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatError, MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Router } from '@angular/router';
import { AuthStore, safeReturnUrl } from '../../core/auth/auth.store';
import { requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { ApiError } from '../../core/http/request-failure';

const required: ValidatorFn = (control) => Validators.required(control);

/** Where a person says who they are. */
@Component({
  selector: 'mc-sign-in-page',
  imports: [MatButton, MatError, MatFormField, MatInput, MatLabel, ReactiveFormsModule],
  templateUrl: './sign-in.page.html',
  styleUrl: './sign-in.page.scss',
})
export class SignInPage {
  private readonly auth = inject(AuthStore);
  private readonly router = inject(Router);

  /** Where to go afterwards; from the address. */
  readonly return = input<string>();

  protected readonly form = inject(NonNullableFormBuilder).group({
    email: ['', [required]],
    password: ['', [required]],
  });
  protected readonly isSigningIn = computed(() => this.auth.state().name === 'signing-in');
  protected readonly hasEnded = computed(() => {
    const state = this.auth.state();
    return state.name === 'signed-out' && state.reason === 'ended';
  });
  protected readonly refusal = computed(() => {
    const state = this.auth.state();
    if (state.name !== 'refused') return null;
    const { failure } = state;
    const { title, advice } = sentenceFor(failure);
    // What the controller says about credentials is meant for people; the general sentence is not better.
    const text = failure instanceof ApiError ? failure.detail : `${title}. ${advice}`;
    const isOrdinary = failure instanceof ApiError && failure.type === 'forbidden';
    return { text, requestId: isOrdinary ? null : requestIdOf(failure) };
  });

  protected async submit(): Promise<void> {
    if (this.isSigningIn()) return;
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    const { email, password } = this.form.getRawValue();
    if (await this.auth.signIn(email.trim(), password)) {
      await this.router.navigateByUrl(safeReturnUrl(this.return()), { replaceUrl: true });
    }
  }
}
