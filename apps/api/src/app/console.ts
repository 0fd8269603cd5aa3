import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Where the console's build lies, seen from this file in a build as well as in the sources. */
const CONSOLE_DIR = join(import.meta.dirname, '../../../admin/dist/browser');
/** What never is a page of the console. */
const NOT_A_PAGE = /^\/(api|auth|ws|metrics|health)(\/|$|\?)/;
const ONE_YEAR_SEC = 31_536_000;

/** True when the console was built beside the API. */
export function hasConsole(dir = CONSOLE_DIR): boolean {
  return existsSync(join(dir, 'index.html'));
}

/**
 * What is a file of the console, if it is there at all: a name with a dot at the top, or anything in a folder of the
 * build. Deeper addresses are pages, whose ids may end like a file (`/orchestrators/gpu-7.example.com`).
 */
function filePattern(dir: string): RegExp {
  const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new RegExp(['^/[^/]*\\.\\w+$', ...folders.map(({ name }) => `^/${name}(/|$)`)].join('|'));
}

/**
 * Serves the console at `/` when it was built beside the API. Its own routes (`/organizations` …) are
 * answered with its page; an unknown file is a 404, not a page that pretends to be it.
 */
export async function serveConsole(app: NestFastifyApplication, dir = CONSOLE_DIR): Promise<void> {
  if (!hasConsole(dir)) return;
  const aFile = filePattern(dir);
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(fastifyStatic, {
    root: dir,
    wildcard: false,
    index: false,
    // The build puts compressed copies beside its files.
    preCompressed: true,
    setHeaders: (response, path) => {
      // Angular puts a hash into the name of everything but the page itself.
      const isHashed = /-[\w-]{8}\.\w+(\.br|\.gz)?$/.test(path);
      void response.header(
        'cache-control',
        isHashed ? `public, max-age=${ONE_YEAR_SEC}, immutable` : 'no-cache',
      );
    },
  });
  fastify.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (NOT_A_PAGE.test(request.url) || aFile.test(path)) return reply.callNotFound();
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}
