import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ACCESS_EXTENSION } from '../platform/access/access.decorators.js';
import { ProcessInfo } from '../platform/process-info.js';
import { nameModels } from './openapi-models.js';

/** Tags in the order of the document. */
const TAGS: Record<string, string> = {
  overview: 'Counters of the fleet.',
  orchestrators: 'Orchestrators: their state, and their administration.',
  organizations: 'Organizations, which own orchestrators.',
  independence: 'Independence mode of orchestrators and organizations.',
  configuration: 'Configuration of the fleet, of organizations and of orchestrators, with its history.',
  messages: 'Messages to and from orchestrators.',
  monitoring: 'Metrics and costs that orchestrators report.',
  events: 'Recent and live events.',
  credentials: 'Enrolment tokens and credentials of orchestrators.',
  auth: 'Sign-in and sessions.',
  users: 'Users and their roles.',
  'api-tokens': 'API tokens for scripts.',
  audit: 'The audit log of all changes.',
  backups: 'Backups of the database.',
  instances: 'The controllers that share a fleet.',
  health: 'Health of the controller.',
};

/** Creates the OpenAPI document of the REST API from the decorators. */
export function createOpenApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder();
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const config = builder
    .setTitle('Moolai Controller')
    .setDescription(
      'The management plane of a fleet of AI orchestrators. Every answer has the envelope ' +
        '`{success, data | error, timestamp}`; times are ISO 8601 UTC. Texts must not contain NUL. Orchestrators use the WebSocket at `/ws`.',
    )
    .setVersion(app.get(ProcessInfo).version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'The controller that serves this document.')
    .addServer('http://localhost:8765', 'A controller as `npm start` runs it.')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    // Generated clients use these as method names; no two handlers share one.
    operationIdFactory: (_controller, method) => method,
  });
  removeEmptyChoices(document);
  nameOpenRoutes(document);
  nameModels(document);
  return document;
}

/** Removes the empty `anyOf` from schemas of any JSON, which only keeps Swagger's decorators from writing a type. */
function removeEmptyChoices(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('anyOf' in node && Array.isArray(node.anyOf) && node.anyOf.length === 0) delete node.anyOf;
  for (const child of Object.values(node)) removeEmptyChoices(child);
}

type Operation = Record<string, unknown>;

/**
 * An operation without `security` inherits the default; generators and linters need an empty list for a public route.
 */
function nameOpenRoutes({ paths }: OpenAPIObject): void {
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path) as Operation[])) {
    if (operation[ACCESS_EXTENSION] === 'public') operation['security'] ??= [];
  }
}
