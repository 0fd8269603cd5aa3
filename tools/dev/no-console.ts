import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Stands in for `apps/api/src/app/console.ts`: the API must not serve the console of an earlier build. */
export function hasConsole(): boolean {
  return false;
}

/** Sends a browser that asks the API for a page to where the console is. */
export function serveConsole(app: NestFastifyApplication): Promise<void> {
  const address = `http://localhost:${process.env['CONSOLE_PORT']}`;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/', (_request, reply) => reply.redirect(`${address}/`));
  return Promise.resolve();
}
