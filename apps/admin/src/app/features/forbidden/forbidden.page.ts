import { Component, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../../ui/empty-state';
import { PageHeader } from '../../ui/page-header';
import { FORBIDDEN_TEXTS } from './forbidden.texts';

/** Replaces a page that the controller would refuse; names the missing permission. */
@Component({
  selector: 'mc-forbidden-page',
  imports: [EmptyState, MatButton, PageHeader, RouterLink],
  template: `
    <mc-page-header [heading]="texts.heading" />
    <mc-empty-state [heading]="texts.missingPermission" icon="lock">
      @if (permission(); as missing) {
        {{ texts.thisPageRequires }} <strong>{{ missing }}</strong>.
      }
      {{ texts.advice }}
      <ng-container actions>
        <a matButton="tonal" routerLink="/">{{ texts.goHome }}</a>
      </ng-container>
    </mc-empty-state>
  `,
})
export class ForbiddenPage {
  protected readonly texts = FORBIDDEN_TEXTS.page;

  /** From the URL. */
  readonly permission = input<string>();
}
