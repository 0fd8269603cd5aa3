import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ProcessInfo } from '../platform/process-info.js';

/** Describes the whole REST API as OpenAPI, from the decorators. */
export function createOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Moolai Controller')
    .setDescription(
      'The management plane of a fleet of AI orchestrators. Every answer comes in the envelope ' +
        '`{success, data | error, timestamp}`; times are ISO 8601 UTC. Orchestrators use the WebSocket at `/ws`.',
    )
    .setVersion(app.get(ProcessInfo).version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth()
    .build();
  return SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').toLowerCase()}_${method}`,
  });
}
