import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from './end-process.js';
import { freePort } from './free-port.js';
import { waitUntil } from './wait-until.js';

/** A `redis-server` from the PATH on a free port, with an empty memory and without persistence. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly dir: string,
    private readonly options: string[],
  ) {}

  /** @param options further options of `redis-server` */
  static async start(options: string[] = []): Promise<RedisServer> {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-redis-'));
    const server = new RedisServer(await freePort(), dir, options);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again on the same port, with an empty memory. */
  async restart(): Promise<void> {
    const { port, dir, options } = this;
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir, ...options];
    this.child = spawn('redis-server', args, { stdio: 'ignore' });
    await waitUntil('Redis answers', async () => /^(\+PONG|-NOAUTH)/.test(await this.ask('PING')));
  }

  /** Sends one command and returns the beginning of the reply; empty if there is none. */
  ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${command}\r\n`));
      socket.setTimeout(1_000, () => socket.destroy());
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(''));
    });
  }

  /** Stops answering, but keeps its connections and accepts new ones. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends the process; all data is lost. */
  async kill(): Promise<void> {
    this.thaw();
    if (this.child) await endProcess(this.child, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
