import { request } from 'node:http';
import { TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

interface Schema {
  $ref?: string;
  type?: string;
  example?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
}

interface Operation {
  parameters?: { name: string; in: string; schema?: Schema; example?: unknown }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** A request with an unstorable text in one place. */
interface Poisoned {
  place: string;
  method: string;
  path: string;
  body?: string;
}

/** A lone surrogate, which JSON can express and UTF-8 cannot. */
const HALF = '\ud800';
/** Routes without a JSON body, or outside the API. */
const LEFT_OUT = /^\/auth\//;

describe('a text that the database cannot store', () => {
  const controller = useController({ env: { LOGIN_MAX_FAILURES: '1000000' } });
  let document: Document;

  beforeAll(async () => {
    document = (await controller.anonymous.get('/api/docs-json').expect(200)).body as Document;
  });

  function resolve(schema: Schema): Schema {
    const { $ref, allOf } = schema;
    if ($ref !== undefined) return resolve(document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
    return allOf?.map(resolve).reduce((whole, part) => ({ ...whole, ...part })) ?? schema;
  }

  /** The example of a body, according to its schema. */
  function example(given: Schema): unknown {
    const schema = resolve(given);
    if (schema.example !== undefined) return schema.example;
    if (schema.properties) {
      const members = Object.entries(schema.properties).map(([name, member]) => [name, example(member)]);
      return Object.fromEntries(members);
    }
    return schema.items ? [example(schema.items)] : 'x';
  }

  /** The same value with the text in each of its places, one at a time. */
  function poison(value: unknown, place = ''): [string, unknown][] {
    if (typeof value === 'string') return [[place, value + HALF]];
    if (typeof value !== 'object' || value === null) return [];
    if (Array.isArray(value)) {
      return value.flatMap((item, index) =>
        poison(item, `${place}[${index}]`).map(([at, bad]): [string, unknown] => [
          at,
          value.with(index, bad),
        ]),
      );
    }
    return [
      ...Object.entries(value).flatMap(([name, member]) =>
        poison(member, `${place}.${name}`).map(([at, bad]): [string, unknown] => [
          at,
          { ...value, [name]: bad },
        ]),
      ),
      [`${place}.*`, { ...value, [`name${HALF}`]: 'x' }],
    ];
  }

  function requestsOf(path: string, method: string, operation: Operation): Poisoned[] {
    const parameters = operation.parameters ?? [];
    const filled = path.replace(/\{(\w+)\}/g, '1');
    const inPath = parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => path.replace(`{${name}}`, 'a%00b').replace(/\{\w+\}/g, '1'))
      .map((bad) => ({ place: 'path', method, path: bad, body: '{}' }));
    const inQuery = parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name }) => ({ place: name, method, path: `${filled}?${name}=a%00b` }));
    const schema = operation.requestBody?.content['application/json']?.schema;
    const inBody = schema ? poison(example(schema)) : [];
    return [
      ...inPath,
      ...inQuery,
      ...inBody.map(([place, body]) => ({ place, method, path: filled, body: JSON.stringify(body) })),
    ];
  }

  /** supertest would not send such a path. */
  function send({ method, path, body }: Poisoned): Promise<{ status: number; text: string }> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    return new Promise((resolved, reject) => {
      const sent = request(`${controller.url}${path}`, { method, headers }, (answer) => {
        let text = '';
        answer.on('data', (data: Buffer) => (text += data.toString()));
        answer.on('end', () => resolved({ status: answer.statusCode ?? 0, text }));
      });
      sent.once('error', reject).end(method === 'GET' || method === 'DELETE' ? undefined : body);
    });
  }

  it('is a validation error in every field, path and query of every route', async () => {
    const requests = Object.entries(document.paths)
      .filter(([path]) => !LEFT_OUT.test(path))
      .flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, operation]) =>
          requestsOf(path, method.toUpperCase(), operation),
        ),
      );
    expect(requests.length).toBeGreaterThan(200);
    const wrong: string[] = [];
    for (const poisoned of requests) {
      const { status, text } = await send(poisoned);
      if (status !== 400)
        wrong.push(`${poisoned.method} ${poisoned.path} ${poisoned.place}: ${status} ${text}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(['email', 'password'])('is not looked up as the %s of a sign-in', async (field) => {
    const body = { email: 'admin@example.com', password: 'x', [field]: `a${HALF}@example.com` };
    const { status } = await send({
      place: field,
      method: 'POST',
      path: '/api/v1/internal/auth/login',
      body: JSON.stringify(body),
    });
    expect(status).toBe(400);
  });
});
