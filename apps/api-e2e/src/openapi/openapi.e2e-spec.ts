import { readFileSync } from 'node:fs';
import { useController } from '../support/use-controller.js';

interface Schema {
  $ref?: string;
  type?: string;
  example?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  additionalProperties?: unknown;
  default?: unknown;
  nullable?: boolean;
}

interface Operation {
  summary?: string;
  description?: string;
  security?: object[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Every schema of the document with its path. */
function schemasIn(node: unknown, path = ''): [string, Schema][] {
  if (typeof node !== 'object' || node === null) return [];
  const own: [string, Schema][] =
    'type' in node || 'example' in node || 'enum' in node ? [[path, node as Schema]] : [];
  return [
    ...own,
    ...Object.entries(node)
      .filter(([key]) => key !== 'example')
      .flatMap(([key, child]) => schemasIn(child, `${path}/${key}`)),
  ];
}

/** One requirement of a list must be met; an empty requirement or list always is. */
const needsCredentials = (security: object[] | undefined): boolean =>
  security !== undefined && security.length > 0 && security.every((one) => Object.keys(one).length > 0);

describe('the OpenAPI document', () => {
  const controller = useController();
  let served: Document;

  beforeAll(async () => {
    served = (await controller.anonymous.get('/api/docs-json').expect(200)).body as Document;
  });

  function operations(): [string, Operation][] {
    return Object.entries(served.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method} ${path}`,
        operation,
      ]),
    );
  }

  it('is the committed docs/openapi.json; `npm run openapi` writes it', () => {
    const committed: unknown = JSON.parse(
      readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'),
    );
    expect(committed).toEqual(served);
  });

  it('describes every operation and every answer', () => {
    const lacking = operations()
      .filter(([, { summary, description }]) => !summary || !description)
      .map(([name]) => name);
    expect(lacking).toEqual([]);
    const unnamed = operations().flatMap(([name, { responses }]) =>
      Object.entries(responses)
        .filter(([, response]) => !response.description)
        .map(([status]) => `${name} ${status}`),
    );
    expect(unnamed).toEqual([]);
  });

  it('lists the errors of every operation that needs credentials', () => {
    const lacking = operations()
      .filter(
        ([, { security, responses }]) =>
          needsCredentials(security) && !(responses['401'] && responses['403'] && responses['503']),
      )
      .map(([name]) => name);
    expect(lacking).toEqual([]);
  });

  it('requires credentials where the controller does, and marks all other routes as public', async () => {
    const { url } = controller;
    const wrong: string[] = [];
    for (const [name, { security }] of operations()) {
      const [method, path] = name.split(' ') as [string, string];
      const { status } = await fetch(url + path.replace(/\{\w+\}/g, 'x'), {
        method: method.toUpperCase(),
      });
      const right =
        status === 401 ? needsCredentials(security) : security !== undefined && !needsCredentials(security);
      if (!right) wrong.push(`${name}: ${status} without credentials, security ${JSON.stringify(security)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('has an example for every field of every schema', () => {
    const isShown = (schema: Schema): boolean =>
      schema.example !== undefined ||
      schema.default !== undefined ||
      schema.$ref !== undefined ||
      schema.allOf !== undefined ||
      (schema.properties !== undefined && Object.values(schema.properties).every(isShown)) ||
      (schema.items !== undefined && isShown(schema.items));
    const lacking = Object.entries(served.components.schemas).flatMap(([name, { properties }]) =>
      Object.entries(properties ?? {})
        .filter(([, schema]) => !isShown(schema))
        .map(([property]) => `${name}.${property}`),
    );
    expect(lacking).toEqual([]);
  });

  it('defines the members of every object, because generators would treat it as empty otherwise', () => {
    const bare = schemasIn(served)
      .filter(([, schema]) => schema.type === 'object')
      .filter(
        ([, schema]) => !('properties' in schema || 'additionalProperties' in schema || 'allOf' in schema),
      )
      .map(([path]) => path);
    expect(bare).toEqual([]);
  });

  it('has no type for arbitrary JSON', () => {
    const { ConfigDifference, ExplainedValue } = served.components.schemas;
    const { before, after } = ConfigDifference?.properties ?? {};
    const anyJson = { before, after, value: ExplainedValue?.properties?.['value'] };
    const types = Object.entries(anyJson).map(([name, schema]) => [name, schema && 'type' in schema]);
    expect(types).toEqual([
      ['before', false],
      ['after', false],
      ['value', false],
    ]);
    expect(JSON.stringify(served)).not.toContain('"anyOf":[]');
  });

  it('has enums of strings only: a boolean with one value breaks generators', () => {
    const choices = schemasIn(served).filter(([, schema]) => schema.enum && schema.type !== 'string');
    expect(choices).toEqual([]);
  });

  it('uses the type for fractions only where fractions are allowed', () => {
    const fractions = schemasIn(served)
      .filter(([, { type }]) => type === 'number')
      .map(([path]) => path.split('/').slice(-3).join('/'));
    expect(fractions).toEqual([
      'SendMessage/properties/expires_in_sec',
      'MetricPoint/properties/avg',
      'MetricPoint/properties/min',
      'MetricPoint/properties/max',
      'MetricPoint/properties/p95',
      'DatabaseHealth/properties/latency_ms',
      'RedisHealth/properties/latency_ms',
    ]);
  });

  it('lists the servers, starting with the one that serves it', () => {
    expect(served.servers.map(({ url }) => url)).toEqual(['/', 'http://localhost:8765']);
  });

  it('is rendered at /api/docs', async () => {
    const page = await controller.anonymous.get('/api/docs').expect(200);
    expect(page.text).toContain('swagger-ui');
  });
});
