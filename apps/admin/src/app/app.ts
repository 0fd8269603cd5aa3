import { Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { CodeBanner } from './shell/code-banner';

/** The console. */
@Component({
  selector: 'mc-root',
  imports: [CodeBanner, RouterOutlet],
  template: '<router-outlet /><mc-code-banner />',
})
export class App {}
