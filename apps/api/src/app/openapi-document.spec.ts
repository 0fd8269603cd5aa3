import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchema } from 'ajv';

type Json = Record<string, unknown>;

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; schema: Json }[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, { content?: Record<string, { schema: Json }> }>;
}

interface Document {
  tags: { name: string; description: string }[];
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

// An end-to-end test compares this file with the API.
const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../docs/openapi.json'), 'utf8'),
) as Document;

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
);

const isObject = (node: unknown): node is Json => typeof node === 'object' && node !== null;

/** Every object of the document outside examples, with its path. */
function nodesIn(node: unknown, path = ''): [string, Json][] {
  if (!isObject(node)) return [];
  const children = Object.entries(node).filter(([key]) => key !== 'example');
  return [[path, node], ...children.flatMap(([key, child]) => nodesIn(child, `${path}/${key}`))];
}

const nodes = nodesIn(document);

/** Names that occur more than once. */
function repeated(names: string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

describe('the operations of the document', () => {
  it('have unique names of a verb and a noun', () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(repeated(names)).toEqual([]);
    const form =
      /^(change|compare|count|create|deactivate|decommission|delete|end|explain|export|get|list|refresh|release|revoke|rollBack|rotate|send|set|start|stream|switch|verify)[A-Z]\w+$|^log(in|out)$/;
    expect(names.filter((name) => !form.test(name))).toEqual([]);
  });

  it('have tags that the document describes', () => {
    const described = document.tags.map(({ name }) => name);
    const used = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? []))];
    expect(used.sort()).toEqual([...described].sort());
    expect(operations.filter(({ operation }) => operation.tags?.length !== 1)).toEqual([]);
  });

  it('describe each parameter in their paths', () => {
    const wrong = operations.filter(({ path, operation }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = (operation.parameters ?? [])
        .filter((one) => one.in === 'path')
        .map(({ name }) => name);
      return JSON.stringify(names) !== JSON.stringify(described);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('limit every id in their paths', () => {
    const free = operations.flatMap(({ name, operation }) =>
      (operation.parameters ?? [])
        .filter(({ in: place, schema }) => place === 'path' && schema['type'] === 'string')
        .filter(({ schema }) => !('pattern' in schema || 'format' in schema))
        .map((parameter) => `${name} ${parameter.name}`),
    );
    expect(free).toEqual([]);
  });

  it('type each error by its status', () => {
    const models: Record<string, string> = {
      400: 'ValidationError',
      401: 'UnauthorizedError',
      403: 'ForbiddenError',
      404: 'NotFoundError',
      409: 'ConflictError',
      429: 'RateLimitedError',
      503: 'UnavailableError',
    };
    const wrong = operations.flatMap(({ name, operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => status >= '400')
        .map(([status, { content }]) => [status, content?.['application/json']?.schema['$ref']] as const)
        .filter(([status, ref]) => ref !== `#/components/schemas/${models[status]}`)
        .map(([status, ref]) => `${name} ${status}: ${String(ref)}`),
    );
    expect(wrong).toEqual([
      // An unhealthy answer has the same body as a healthy one.
      'get /api/v1/controller/health 503: #/components/schemas/ControllerHealthResponse',
      'get /api/v1/internal/health 503: #/components/schemas/InternalHealthResponse',
    ]);
  });
});

describe('the models of the document', () => {
  it('have no class suffix', () => {
    expect(Object.keys(document.components.schemas).filter((name) => name.endsWith('Dto'))).toEqual([]);
  });

  it('are all used, and all exist', () => {
    const used = new Set(nodes.flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])));
    const names = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect(names.filter((name) => !used.has(name))).toEqual([]);
    expect([...used].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('are named wherever requests, responses or fields use objects', () => {
    const inline = nodes
      .filter(([path, { properties }]) => isObject(properties) && !/^\/components\/schemas\/\w+$/.test(path))
      .map(([path]) => path);
    expect(inline).toEqual([]);
  });

  it('require only fields that they have', () => {
    const wrong = nodes.flatMap(([path, { required, properties }]) =>
      Array.isArray(required) && isObject(properties)
        ? required.filter((name) => !(String(name) in properties)).map((name) => `${path} ${String(name)}`)
        : [],
    );
    expect(wrong).toEqual([]);
  });
});

describe('the examples of the document', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/);
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });

  /**
   * Strictly, `nullable` in OpenAPI 3.0 does not apply to an enum or a reference beside it. Generators and the API
   * apply it there.
   */
  function withNulls(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(withNulls);
    if (!isObject(node)) return node;
    const inner = Object.fromEntries(
      Object.entries(node).map(([key, child]) => [key, key === 'example' ? child : withNulls(child)]),
    );
    if (node['nullable'] !== true) return inner;
    if (Array.isArray(node['enum'])) return { ...inner, enum: [...(node['enum'] as unknown[]), null] };
    return 'allOf' in inner ? { anyOf: [{ allOf: inner['allOf'] }, { enum: [null] }] } : inner;
  }

  const components = withNulls(document.components) as Json;

  function faultsOf(schema: Json, example: unknown): string[] {
    if (ajv.validate({ ...(withNulls(schema) as Json), components } as AnySchema, example)) return [];
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  it('match their schemas, including formats', () => {
    const wrong = nodes
      .filter(([, node]) => node['example'] !== undefined && !('schema' in node))
      .flatMap(([path, schema]) => faultsOf(schema, schema['example']).map((fault) => `${path}: ${fault}`));
    expect(wrong).toEqual([]);
  });

  it('beside a schema match it', () => {
    const wrong = nodes
      .filter(([, node]) => node['example'] !== undefined && isObject(node['schema']))
      .flatMap(([path, node]) =>
        faultsOf(node['schema'] as Json, node['example']).map((fault) => `${path}: ${fault}`),
      );
    expect(wrong).toEqual([]);
  });

  /** The example that tools show for a schema: its own, or one composed of its fields' examples. */
  function exampleOf(schema: Json): unknown {
    if ('example' in schema) return schema['example'];
    if ('default' in schema) return schema['default'];
    const reference = schema['$ref'] ?? (schema['allOf'] as Json[] | undefined)?.[0]?.['$ref'];
    if (typeof reference === 'string') {
      return exampleOf(document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {});
    }
    if (schema['type'] === 'array') return [exampleOf(schema['items'] as Json)];
    const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
    return Object.fromEntries(fields.map(([name, field]) => [name, exampleOf(field)]));
  }

  it.each(Object.keys(document.components.schemas))('form a complete %s', (name) => {
    const schema = document.components.schemas[name] ?? {};
    expect(faultsOf(schema, exampleOf(schema))).toEqual([]);
  });
});
