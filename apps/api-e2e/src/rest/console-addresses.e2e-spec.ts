import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveConsole } from '@moolai/api';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

@Module({})
class NothingElse {}

describe('a path of the console', () => {
  let dir: string;
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-console-'));
    mkdirSync(join(dir, 'fonts'));
    writeFileSync(join(dir, 'index.html'), 'the page');
    writeFileSync(join(dir, 'main-ABCDEFGH.js'), 'the script');
    writeFileSync(join(dir, 'fonts/inter.woff2'), 'the font');
    app = await NestFactory.create<NestFastifyApplication>(NothingElse, new FastifyAdapter(), {
      logger: false,
    });
    await serveConsole(app, dir);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each([
    '/',
    '/organizations',
    '/orchestrators/orch-001/metrics',
    '/orchestrators/gpu-7.fra.example.com',
    '/orchestrators/gpu-7.fra.example.com?selected=x.y',
    '/organizations/node.js',
    '/configuration/orchestrators/main-ABCDEFGH.js',
  ])('%s is a page', async (path) => {
    const answer = await fetch(url + path);
    expect([answer.status, await answer.text()]).toEqual([200, 'the page']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  it.each([
    ['/main-ABCDEFGH.js', 'the script'],
    ['/fonts/inter.woff2', 'the font'],
  ])('%s is a file', async (path, text) => {
    const answer = await fetch(url + path);
    expect([answer.status, await answer.text()]).toEqual([200, text]);
  });

  it.each(['/chunk-ABCDEFGH.js', '/missing.png', '/.env', '/fonts/none.woff2', '/fonts/', '/api/nothing'])(
    '%s does not exist',
    async (path) => {
      expect((await fetch(url + path)).status).toBe(404);
    },
  );
});
