import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { jest } from '@jest/globals';
import { snippetsFor, type Newcomer, type Snippet } from './snippets';

const NEWCOMER: Newcomer = {
  socketUrl: 'wss://fleet.example/ws',
  orchestratorId: 'orch-9',
  organizationId: 'org-1',
  token: '',
};

function snippet(id: Snippet['id'], newcomer = NEWCOMER): string {
  return snippetsFor(newcomer).find((one) => one.id === id)?.text ?? '';
}

/** The words that a shell parses from a command. */
function words(command: string): string[] {
  const script = `printf '%s\\0' ${command}`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** A socket that records sent messages. */
class RecordingSocket {
  static last: RecordingSocket | undefined;
  readonly sent: unknown[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;

  constructor(readonly url: string) {
    RecordingSocket.last = this;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  hear(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

describe('the command for Node', () => {
  it('registers, sends heartbeats at the given interval, and acknowledges configurations and messages', async () => {
    const [, , script = ''] = words(snippet('node'));
    runInNewContext(script, { WebSocket: RecordingSocket, setInterval, console: { log: jest.fn() } });
    const socket = RecordingSocket.last;

    socket?.onopen?.();
    socket?.hear({ type: 'handshake_ack', success: true, heartbeat_interval_sec: 30 });
    socket?.hear({ type: 'provisioning', config_version: 4, config: {} });
    socket?.hear({ type: 'message', message_id: 7 });
    await jest.advanceTimersByTimeAsync(60_000);

    const beat = { type: 'i_am_alive', orchestrator_id: 'orch-9' };
    expect(socket?.url).toBe('wss://fleet.example/ws');
    expect(socket?.sent).toEqual([
      {
        type: 'register',
        orchestrator_id: 'orch-9',
        organization_id: 'org-1',
        capabilities: ['message_ack'],
      },
      { type: 'config_ack', orchestrator_id: 'orch-9', config_version: 4, status: 'applied' },
      { type: 'message_ack', message_id: 7, status: 'delivered' },
      beat,
      beat,
    ]);
  });
});

describe('the command for wscat', () => {
  it('registers with one message', () => {
    // Without a terminal wscat would end immediately, like its standard input.
    const [input, command = ''] = snippet('wscat').split(' | ');
    const [npx, yes, wscat, ...rest] = words(command);

    expect(input).toBe('sleep 600');
    expect([npx, yes, wscat]).toEqual(['npx', '--yes', 'wscat']);
    expect(rest.slice(0, 2)).toEqual(['--connect', 'wss://fleet.example/ws']);
    expect(JSON.parse(rest.at(-1) ?? '')).toMatchObject({ type: 'register', orchestrator_id: 'orch-9' });
  });
});

describe.each(['node', 'python', 'wscat'] as const)('the command for %s', (id) => {
  it('contains the token if there is one', () => {
    expect(snippet(id)).not.toContain('token');
    expect(snippet(id, { ...NEWCOMER, token: 'enrol-1' })).toContain('enrol-1');
  });
});

describe('a token with special characters of the shell', () => {
  it('reaches the controller unchanged', () => {
    const token = `it's $HOME \`x\` "q"`;

    const last = words(snippet('wscat', { ...NEWCOMER, token }).replace('sleep 600 | ', '')).at(-1) ?? '';

    expect(JSON.parse(last)).toMatchObject({ token });
  });
});
