import { Component, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../../ui/empty-state';
import { PageHeader } from '../../ui/page-header';

/** Stands where a page would be that the controller would refuse; names the permission that is missing. */
@Component({
  selector: 'mc-forbidden-page',
  imports: [EmptyState, MatButton, PageHeader, RouterLink],
  template: `
    <mc-page-header heading="You do not have access to this page" />
    <mc-empty-state heading="Missing permission" icon="lock">
      @if (permission(); as missing) {
        This page requires <strong>{{ missing }}</strong>.
      }
      Ask an administrator for it, or sign in as another user.
      <ng-container actions>
        <a matButton="tonal" routerLink="/">Go home</a>
      </ng-container>
    </mc-empty-state>
  `,
})
export class ForbiddenPage {
  /** From the address. */
  readonly permission = input<string>();
}
