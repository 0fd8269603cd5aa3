import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Directory of the console's build; the relative path is the same in a build and in the sources. */
const CONSOLE_DIR = join(import.meta.dirname, '../../../admin/dist/browser');
/** Paths that are never pages of the console. */
const NOT_A_PAGE = /^\/(api|auth|ws|metrics|health)(\/|$|\?)/;
const ONE_YEAR_SEC = 31_536_000;

/** True if the console was built beside the API. */
export function hasConsole(dir = CONSOLE_DIR): boolean {
  return existsSync(join(dir, 'index.html'));
}

/**
 * Paths of the console's files, existing or not: a name with a dot at the top level, or anything in a folder of the
 * build. Deeper URLs are pages, whose ids may end like a file (`/orchestrators/gpu-7.example.com`).
 */
function filePattern(dir: string): RegExp {
  const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new RegExp(['^/[^/]*\\.\\w+$', ...folders.map(({ name }) => `^/${name}(/|$)`)].join('|'));
}

/**
 * Serves the console at `/` if it was built beside the API. Its routes (`/organizations` …) return its page; an unknown
 * file returns 404 instead of the page.
 */
export async function serveConsole(app: NestFastifyApplication, dir = CONSOLE_DIR): Promise<void> {
  if (!hasConsole(dir)) return;
  const aFile = filePattern(dir);
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(fastifyStatic, {
    root: dir,
    wildcard: false,
    index: false,
    // The build adds compressed copies of its files.
    preCompressed: true,
    setHeaders: (response, path) => {
      // Angular adds a hash to the name of every file except the page.
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
