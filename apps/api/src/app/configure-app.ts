import fastifyCookie from '@fastify/cookie';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { Clock } from '../platform/clock/clock.js';
import { ByteBudgets } from '../platform/batching/byte-budgets.js';
import { ignoreTypeOfNothing } from '../platform/http/absent-body.js';
import { boundBodies } from '../platform/http/body-bytes.js';
import { API_PREFIX, createHttpAdapter } from '../platform/http/http-adapter.js';
import { asRequest } from '../platform/database/lanes.js';
import { drainRequests } from '../platform/http/drain-hook.js';
import { observeRequests } from '../platform/http/request-observer.js';
import { refuseForms } from '../platform/http/refuse-forms.js';
import { RequestDrain } from '../platform/http/request-drain.js';
import { setSecurityHeaders } from '../platform/http/security-headers.js';
import { answerBeforeClosing } from '../platform/http/unread-body.js';
import { createValidationPipe } from '../platform/http/validation.pipe.js';
import { NestLogger } from '../platform/logging/logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { traceRequests } from '../platform/tracing/trace-requests.js';
import { AppModule, type AppParts } from './app.module.js';
import { serveConsole } from './console.js';
import { FlatMessageAdapter } from './gateway/index.js';
import { createOpenApi } from './openapi.js';

/** Configures a created application; the server and every e2e test use it. */
export async function configureApp(
  app: NestFastifyApplication,
  parts: AppParts,
): Promise<NestFastifyApplication> {
  app.useLogger(new NestLogger(parts.logger));
  app.setGlobalPrefix(API_PREFIX, { exclude: ['auth/{*path}', 'metrics', 'health/{*path}'] });
  app.useGlobalPipes(createValidationPipe());
  app.useWebSocketAdapter(new FlatMessageAdapter(app, parts.logger));
  if (parts.settings.corsOrigins.length > 0) {
    app.enableCors({
      origin: parts.settings.corsOrigins,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['etag', 'retry-after', 'x-request-id'],
    });
  }
  const fastify = app.getHttpAdapter().getInstance();
  // A connection could not be accepted, for example for lack of file descriptors; the next one may succeed.
  fastify.server.on('error', (error) => parts.logger.error({ err: error }, 'HTTP server'));
  await setSecurityHeaders(fastify);
  await fastify.register(fastifyCookie);
  fastify.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  fastify.addHook('onRequest', ignoreTypeOfNothing);
  fastify.addHook('onRequest', refuseForms);
  drainRequests(fastify, app.get(RequestDrain), app.get(Clock));
  boundBodies(fastify, app.get(ByteBudgets).bodies);
  // After the drain, which closes connections too.
  answerBeforeClosing(fastify);
  if (parts.settings.otlpEndpoint !== undefined) traceRequests(fastify);
  observeRequests(fastify, app.get(Metrics), parts.logger);
  // After the body was read, because its events lose the context of earlier hooks; before all guards.
  fastify.addHook('preHandler', (_request, reply, done) => asRequest(reply.raw, done));
  SwaggerModule.setup('api/docs', app, createOpenApi(app), { jsonDocumentUrl: 'api/docs-json' });
  await serveConsole(app);
  return app;
}

/** Creates the application of the server. */
export async function createApp(parts: AppParts): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.from(parts),
    createHttpAdapter(parts.settings),
    {
      logger: new NestLogger(parts.logger),
      abortOnError: false,
    },
  );
  return configureApp(app, parts);
}
