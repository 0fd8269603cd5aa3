/**
 * Writes compressed copies beside the files of a folder: `node tools/build/compress.ts <folder>`. They are
 * made once, so the slowest and best compression costs the server nothing.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What is compressed already (fonts, images) gains nothing. */
const COMPRESSIBLE = /\.(js|css|html|svg|json|txt|webmanifest)$/;
/** Below this the headers are longer than what is saved. */
const LEAST_BYTES = 1_024;

const folder = process.argv[2];
if (!folder) throw new Error('which folder?');
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const body = readFileSync(file);
  if (body.length < LEAST_BYTES) continue;
  const hint = { [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  writeFileSync(`${file}.br`, brotliCompressSync(body, { params: hint }));
  writeFileSync(`${file}.gz`, gzipSync(body, { level: constants.Z_BEST_COMPRESSION }));
}
