import { Component, computed, inject, input, resource, type OnInit } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators, type ValidatorFn } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatError, MatFormField, MatLabel } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Router } from '@angular/router';
import type { ErrorType } from '@moolai/contracts';
import { AuthStore, safeReturnUrl } from '../../core/auth/auth.store';
import { ApiClient } from '../../core/http/api-client';
import { OIDC_LOGIN_URL } from '../../core/http/api-operations';
import { requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { ApiError } from '../../core/http/request-failure';
import { oidcRefusalFor } from './oidc-refusals';
import { SIGN_IN_TEXTS } from './sign-in.texts';

/** The controller's format of request ids; the URL may contain anything. */
const REQUEST_ID = /^[0-9a-f-]{36}$/;

/** The log has no details about these: a wrong password, and too many attempts. */
const ORDINARY: ReadonlySet<ErrorType> = new Set(['forbidden', 'rate_limited']);

const required: ValidatorFn = (control) => Validators.required(control);

/** The sign-in page. */
@Component({
  selector: 'mc-sign-in-page',
  imports: [MatButton, MatError, MatFormField, MatInput, MatLabel, ReactiveFormsModule],
  templateUrl: './sign-in.page.html',
  styleUrl: './sign-in.page.scss',
})
export class SignInPage implements OnInit {
  protected readonly texts = SIGN_IN_TEXTS.page;

  private readonly auth = inject(AuthStore);
  private readonly router = inject(Router);
  private readonly api = inject(ApiClient);

  /** Where to go afterwards; from the URL. */
  readonly return = input<string>();
  /** Result of a sign-in at a provider; from the URL. */
  readonly oidc = input<string>();
  /** The request id in the controller's log; from the URL. */
  readonly request_id = input<string>();

  protected readonly oidcLoginUrl = OIDC_LOGIN_URL;
  /** The sign-in methods that the controller offers. */
  protected readonly methods = resource({
    loader: () => this.api.signInMethods().catch(() => ({ password: true, oidc: false })),
  });
  protected readonly oidcRefusal = computed(() => {
    const outcome = this.oidc();
    if (outcome === undefined || outcome === 'ok') return null;
    const id = this.request_id() ?? '';
    return { ...oidcRefusalFor(outcome), requestId: REQUEST_ID.test(id) ? id : null };
  });

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
    // The controller's texts about credentials are written for users; show them instead of the general one.
    const text = failure instanceof ApiError ? failure.detail : `${title}. ${advice}`;
    const isOrdinary = failure instanceof ApiError && ORDINARY.has(failure.type);
    return { text, requestId: isOrdinary ? null : requestIdOf(failure) };
  });

  /** Returns from the provider with a session in the cookie. */
  ngOnInit(): void {
    if (this.oidc() === 'ok') void this.comeBack();
  }

  protected async submit(): Promise<void> {
    if (this.isSigningIn()) return;
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    const { email, password } = this.form.getRawValue();
    if (await this.auth.signIn(email.trim(), password)) await this.goOn();
  }

  private async comeBack(): Promise<void> {
    if (await this.auth.resume()) await this.goOn();
  }

  private async goOn(): Promise<void> {
    await this.router.navigateByUrl(safeReturnUrl(this.return()), { replaceUrl: true });
  }
}
