import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API, urlOf } from './operations.js';

interface Document {
  paths: Record<string, Record<string, { operationId?: string }>>;
}

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../docs/openapi.json'), 'utf8'),
) as Document;

describe('the operations of the REST API', () => {
  it('are those of docs/openapi.json, by their operation ids', () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [
        operationId,
        { method: method.toUpperCase(), path },
      ]),
    );
    expect(API).toEqual(Object.fromEntries(documented));
  });

  it('escape ids', () => {
    expect(urlOf(API.getOrchestrator, { id: 'a/b c' })).toBe('/api/v1/controller/orchestrators/a%2Fb%20c');
  });
});
