import type { OpenAPIObject } from '@nestjs/swagger';

type Json = Record<string, unknown>;

const COMPONENTS = '#/components/schemas/';

const isObject = (node: unknown): node is Json => typeof node === 'object' && node !== null;

/** Calls `visit` for a node and everything in it. */
function walk(node: unknown, visit: (node: Json) => void): void {
  if (!isObject(node)) return;
  visit(node);
  for (const child of Object.values(node)) walk(child, visit);
}

/**
 * Names the models for generated code: removes class suffixes, and turns titled response schemas into models, which
 * generators would otherwise name by operation and status.
 * @throws Error for two models with the same name
 */
export function nameModels(document: OpenAPIObject): void {
  const schemas: Json = {};
  const add = (name: string, schema: unknown): void => {
    if (name in schemas && JSON.stringify(schemas[name]) !== JSON.stringify(schema)) {
      throw new Error(`Two models of the OpenAPI document are named "${name}".`);
    }
    schemas[name] = schema;
  };
  walk(document, (node) => {
    if (typeof node['$ref'] === 'string') node['$ref'] = node['$ref'].replace(/Dto$/, '');
  });
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    add(name.replace(/Dto$/, ''), schema);
  }
  walk(document.paths, (node) => {
    for (const [key, child] of Object.entries(node)) {
      if (isObject(child) && typeof child['title'] === 'string') node[key] = moved(child, add);
    }
  });
  document.components = { ...document.components, schemas: schemas as never };
}

/** Moves a titled schema, and those in it, to the models; returns a reference to it. */
function moved(schema: Json, add: (name: string, schema: unknown) => void): Json {
  const { title, ...rest } = schema;
  const properties = isObject(rest['properties']) ? rest['properties'] : {};
  for (const [key, child] of Object.entries(properties)) {
    if (isObject(child) && typeof child['title'] === 'string') {
      rest['properties'] = { ...properties, [key]: moved(child, add) };
    }
  }
  add(title as string, rest);
  return { $ref: COMPONENTS + (title as string) };
}
