import { readFileSync } from 'node:fs';
import { TestController } from '../support/test-controller.js';

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
}

interface Operation {
  summary?: string;
  description?: string;
  security?: object[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

describe('the OpenAPI document', () => {
  let controller: TestController;
  let served: Document;

  beforeAll(async () => {
    controller = await TestController.start();
    served = (await controller.anonymous.get('/api/docs-json').expect(200)).body as Document;
  });

  afterAll(() => controller.dispose());

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

  it('names the errors of every operation that needs credentials', () => {
    const lacking = operations()
      .filter(
        ([, { security, responses }]) =>
          security && !(responses['401'] && responses['403'] && responses['503']),
      )
      .map(([name]) => name);
    expect(lacking).toEqual([]);
  });

  it('has an example for every field of every schema', () => {
    const isShown = (schema: Schema): boolean =>
      schema.example !== undefined ||
      schema.default !== undefined ||
      schema.enum?.length === 1 ||
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

  it('is shown to people at /api/docs', async () => {
    const page = await controller.anonymous.get('/api/docs').expect(200);
    expect(page.text).toContain('swagger-ui');
  });
});
