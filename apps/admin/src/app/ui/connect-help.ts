import { Clipboard } from '@angular/cdk/clipboard';
import { Component, DOCUMENT, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { orchestratorSocketUrl } from '../core/http/api-routes';
import { Icon } from './icon';

/** One command that connects an orchestrator and keeps it alive; needs nothing but Node 22 or newer. */
export function registerSnippet(socketUrl: string): string {
  const script = [
    `const ws = new WebSocket('${socketUrl}')`,
    `const say = (type) => ws.send(JSON.stringify({ type, orchestrator_id: 'orch-001' }))`,
    `ws.onopen = () => { say('register'); setInterval(say, 30000, 'i_am_alive') }`,
    `ws.onmessage = (event) => console.log(event.data)`,
  ];
  return `node -e "\n${script.map((line) => `  ${line};`).join('\n')}\n"`;
}

/** Says how to connect the first orchestrator, with a command to copy. */
@Component({
  selector: 'mc-connect-help',
  imports: [Icon, MatButton],
  template: `
    <section class="mc-panel">
      <h2>No orchestrators yet</h2>
      <p>Connect one: run this in a terminal (Node 22 or newer). It appears here by itself.</p>
      <pre tabindex="0" aria-label="Command that connects an orchestrator"><code>{{ snippet }}</code></pre>
      <button matButton="tonal" type="button" (click)="copy()">
        <mc-icon [name]="isCopied() ? 'check' : 'copy'" />
        {{ isCopied() ? 'Copied' : 'Copy the command' }}
      </button>
      <span class="mc-visually-hidden" role="status">{{ isCopied() ? 'Copied' : '' }}</span>
    </section>
  `,
  styles: `
    h2 {
      margin: 0 0 4px;
      font-size: 1.125rem;
    }
    p {
      margin: 0 0 16px;
      color: var(--mc-muted);
    }
    pre {
      margin: 0 0 16px;
      padding: 16px;
      overflow-x: auto;
      border-radius: 8px;
      background: var(--mc-sunken);
      font-size: 0.8125rem;
      line-height: 1.6;
    }
  `,
})
export class ConnectHelp {
  private readonly clipboard = inject(Clipboard);

  protected readonly snippet = registerSnippet(orchestratorSocketUrl(inject(DOCUMENT).location));
  protected readonly isCopied = signal(false);

  protected copy(): void {
    this.isCopied.set(this.clipboard.copy(this.snippet));
  }
}
