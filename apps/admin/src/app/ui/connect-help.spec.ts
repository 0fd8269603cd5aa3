import { Clipboard } from '@angular/cdk/clipboard';
import { TestBed } from '@angular/core/testing';
import { jest } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { click, settle } from '../../testing/gestures';
import { byRole, textOf } from '../../testing/queries';
import { ConnectHelp, registerSnippet } from './connect-help';

const COMMAND = registerSnippet(`ws://${window.location.host}/ws`);

/** A socket that remembers what is sent through it. */
class RecordingSocket {
  static last: RecordingSocket | undefined;
  readonly sent: unknown[] = [];
  onopen: (() => void) | undefined;

  constructor(readonly url: string) {
    RecordingSocket.last = this;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
}

function clipboardThat(copies: boolean): jest.Mock<(text: string) => boolean> {
  const copy = jest.fn((_text: string) => copies);
  TestBed.configureTestingModule({ providers: [{ provide: Clipboard, useValue: { copy } }] });
  return copy;
}

async function show(): Promise<void> {
  TestBed.createComponent(ConnectHelp);
  await settle();
}

describe('ConnectHelp', () => {
  it('shows a command for this very controller', async () => {
    await show();

    expect(textOf(byRole('heading'))).toBe('No orchestrators yet');
    expect(document.querySelector('code')?.textContent).toBe(COMMAND);
  });

  it('copies the command, and says so to those who see and those who listen', async () => {
    const copy = clipboardThat(true);
    await show();
    expect(textOf(byRole('status'))).toBe('');

    await click(byRole('button', 'Copy the command'));

    expect(copy).toHaveBeenCalledWith(COMMAND);
    expect(byRole('button', 'Copied')).toBeDefined();
    expect(textOf(byRole('status'))).toBe('Copied');
  });

  it('claims nothing when the browser does not let it copy', async () => {
    clipboardThat(false);
    await show();

    await click(byRole('button', 'Copy the command'));

    expect(byRole('button', 'Copy the command')).toBeDefined();
    expect(textOf(byRole('status'))).toBe('');
  });
});

describe('registerSnippet', () => {
  it('registers an orchestrator, and says every half minute that it is alive', async () => {
    const script = /^node -e "(.*)"$/s.exec(registerSnippet('wss://fleet.example/ws'))?.[1] ?? '';

    runInNewContext(script, { WebSocket: RecordingSocket, setInterval });
    const socket = RecordingSocket.last;
    socket?.onopen?.();
    await jest.advanceTimersByTimeAsync(60_000);

    expect(socket?.url).toBe('wss://fleet.example/ws');
    expect(socket?.sent).toEqual([
      { type: 'register', orchestrator_id: 'orch-001' },
      { type: 'i_am_alive', orchestrator_id: 'orch-001' },
      { type: 'i_am_alive', orchestrator_id: 'orch-001' },
    ]);
  });

  it('holds nothing that a shell would read for its own within the quotes', () => {
    const inside = registerSnippet('wss://fleet.example/ws').slice('node -e "'.length, -1);

    expect(inside).not.toMatch(/["$`\\!]/);
  });
});
