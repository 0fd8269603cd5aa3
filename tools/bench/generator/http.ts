import { Agent, request } from 'node:http';
import type { Target } from '../lib/target.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A request to the API of a controller, over kept connections; gives the data of the answer. */
export function api<T>(target: Target, method: string, path: string, body?: object): Promise<T> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers: Record<string, string | number> = { authorization: `Bearer ${target.token}` };
    if (text !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(text);
    }
    const options = { host: target.host, port: target.port, method, path: `/api/v1${path}`, headers, agent };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        if ((response.statusCode ?? 0) < 300) resolve((JSON.parse(answer) as { data: T }).data);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer.slice(0, 200)}`));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** What a GET request gave, without parsing it: that would take longer than the answer of a large list. */
export interface Read {
  status: number;
  etag: string | undefined;
}

/** Reads a path to the last byte of its answer, if it is not the one with this tag. */
export function read(target: Target, path: string, etag?: string): Promise<Read> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { authorization: `Bearer ${target.token}` };
    if (etag !== undefined) headers['if-none-match'] = etag;
    const options = { host: target.host, port: target.port, path: `/api/v1${path}`, headers, agent };
    const sent = request(options, (response) => {
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode < 400) resolve({ status: statusCode, etag: response.headers.etag });
        else reject(new Error(`GET ${path}: ${statusCode}`));
      });
      response.resume();
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Follows the stream of server-sent events; gives what ends it. */
export function followEvents(
  target: Target,
  onEvent: (name: string, data: string) => void,
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${target.token}` };
    const options = { host: target.host, port: target.port, path: '/api/v1/controller/events', headers };
    const sent = request(options, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const parts = (rest + chunk).split('\n\n');
        rest = parts.pop() ?? '';
        for (const part of parts) {
          const name = /^event: (.*)$/m.exec(part)?.[1];
          const data = /^data: (.*)$/m.exec(part)?.[1];
          if (name === 'ready') resolve(() => sent.destroy());
          else if (name && data) onEvent(name, data);
        }
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
