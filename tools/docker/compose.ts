import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = new URL('../../', import.meta.url).pathname;

/** The parts of a service that tests look at. */
export interface Service {
  image?: string;
  command?: string[];
  build?: { dockerfile: string; args?: Record<string, string> };
  environment?: Record<string, string>;
  secrets?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  restart?: string;
  networks: string[] | Record<string, unknown>;
  volumes?: string[];
  ports?: string[];
  logging?: { options: Record<string, string> };
}

/** The parts of a compose file that tests look at. */
export interface Compose {
  name?: string;
  services: Record<string, Service>;
  secrets?: Record<string, { file: string }>;
  volumes?: Record<string, unknown>;
  networks?: Record<string, unknown>;
}

/** Reads a file of docker/. */
export function readCompose(name: string): Compose {
  // `!override` controls merging and is not part of the schema.
  return parse(readFileSync(join(ROOT, 'docker', name), 'utf8'), {
    logLevel: 'error',
    merge: true,
  }) as Compose;
}
