import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API, orchestratorSocketUrl, urlOf } from './api-operations';

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

const openApi = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../../../docs/openapi.json'), 'utf8'),
) as OpenApi;

describe("the console's operations", () => {
  it.each(Object.entries(API))('include "%s", which is in docs/openapi.json', (_, { method, path }) => {
    expect(Object.keys(openApi.paths[path] ?? {})).toContain(method.toLowerCase());
  });

  it('are each defined once', () => {
    const written = Object.values(API).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(written).size).toBe(written.length);
  });

  it('escape ids', () => {
    expect(urlOf(API.orchestrator, { id: 'a/b c' })).toBe('/api/v1/controller/orchestrators/a%2Fb%20c');
  });
});

describe('the URL of the WebSocket', () => {
  it.each([
    ['http:', 'ws://controller.example/ws'],
    ['https:', 'wss://controller.example/ws'],
  ])('matches the page opened by %s', (protocol, url) => {
    expect(orchestratorSocketUrl({ protocol, host: 'controller.example' })).toBe(url);
  });
});
