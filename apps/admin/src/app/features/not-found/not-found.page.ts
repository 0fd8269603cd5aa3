import { Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

/** Says that an address leads nowhere. */
@Component({
  selector: 'mc-not-found-page',
  imports: [MatButton, RouterLink],
  template: `
    <h1>Page not found</h1>
    <p>The address may be mistyped, or the page has moved.</p>
    <a matButton="filled" routerLink="/">Go home</a>
  `,
  styles: `
    p {
      margin: 8px 0 20px;
      color: var(--mc-muted);
    }
  `,
})
export class NotFoundPage {}
