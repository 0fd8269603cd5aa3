import { Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { NOT_FOUND_TEXTS } from './not-found.texts';

/** Reports an unknown URL. */
@Component({
  selector: 'mc-not-found-page',
  imports: [MatButton, RouterLink],
  template: `
    <h1>{{ texts.heading }}</h1>
    <p>{{ texts.advice }}</p>
    <a matButton="filled" routerLink="/">{{ texts.goHome }}</a>
  `,
  styles: `
    p {
      margin: 8px 0 20px;
      color: var(--mc-muted);
    }
  `,
})
export class NotFoundPage {
  protected readonly texts = NOT_FOUND_TEXTS.page;
}
