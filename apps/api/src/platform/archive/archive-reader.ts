import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { MANIFEST, PART_BYTES, partName, type SectionSum } from './archive-writer.js';
import { isSealed, SEAL_HEADER_BYTES, SealError, unseal } from './sealed-stream.js';

/** Maximum size of one tar entry: a foreign file must not fill the memory. */
const MAX_ENTRY_BYTES = 16 * PART_BYTES;

/** The file is not an archive of the controller, is incomplete, or was altered. */
export class ArchiveError extends Error {}

/** One section of an archive. It must be read to its end before the next one. */
export interface Section {
  name: string;
  content: AsyncIterable<Buffer>;
}

interface Entry {
  name: string;
  content: Buffer;
}

async function startOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new ArchiveError(`${path} cannot be read (${error.code})`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SEAL_HEADER_BYTES), 0, SEAL_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** True if this file needs a passphrase. */
export async function isEncryptedArchive(path: string): Promise<boolean> {
  return isSealed(await startOf(path));
}

async function* entriesOf(path: string, passphrase: string | undefined): AsyncGenerator<Entry> {
  const start = await startOf(path);
  const sealed = isSealed(start);
  if (sealed && passphrase === undefined) throw new ArchiveError('it is encrypted: set BACKUP_PASSPHRASE');
  const opening = sealed && passphrase !== undefined ? [await unseal(passphrase, start)] : [];
  const file = createReadStream(path, { start: sealed ? SEAL_HEADER_BYTES : 0 });
  const tar = extract();
  let fault: Error | undefined;
  const read = pipeline([file, ...opening, createGunzip(), tar]).catch((error: Error) => (fault = error));
  try {
    for await (const entry of tar) {
      if ((entry.header.size ?? 0) > MAX_ENTRY_BYTES)
        throw new ArchiveError('it contains an entry that belongs to no backup');
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      yield { name: entry.header.name, content: Buffer.concat(chunks) };
    }
    await read;
    if (fault) throw fault;
  } catch (error) {
    // The tar only learns that its stream ended; the reason is known here.
    file.destroy();
    await read;
    throw explain(fault ?? (error as Error));
  } finally {
    file.destroy();
  }
}

function explain(error: Error): Error {
  if (error instanceof ArchiveError) return error;
  if (error instanceof SealError) return new ArchiveError(error.message);
  return new ArchiveError(`it is damaged, cut off, or no backup (${error.message})`);
}

/** The section of an entry; undefined for the manifest. */
function sectionOf(name: string): string | undefined {
  return /^(.+)\/\d{6}$/.exec(name)?.[1];
}

/** Yields the sections of an archive in the order they were written, without the manifest. */
export async function* readSections(path: string, passphrase?: string): AsyncGenerator<Section> {
  const entries = entriesOf(path, passphrase);
  let next = await entries.next();
  const name = (): string | undefined => (next.done ? undefined : sectionOf(next.value.name));
  try {
    for (let section = name(); section !== undefined; section = name()) {
      yield {
        name: section,
        content: (async function* (): AsyncGenerator<Buffer> {
          for (; !next.done && name() === section; next = await entries.next()) yield next.value.content;
        })(),
      };
      // Skip what the caller did not read.
      while (name() === section) next = await entries.next();
    }
  } finally {
    await entries.return(undefined);
  }
}

/**
 * Reads an archive to its end and compares it with its manifest, before it is used.
 * @returns the manifest
 * @throws ArchiveError if it is incomplete or was altered
 */
export async function checkArchive(path: string, passphrase?: string): Promise<Record<string, unknown>> {
  const found = new Map<string, SectionSum & { hash: ReturnType<typeof createHash> }>();
  let manifest: unknown;
  for await (const { name, content } of entriesOf(path, passphrase)) {
    if (manifest !== undefined) throw new ArchiveError('it continues after its manifest');
    if (name === MANIFEST) {
      manifest = parse(content);
      continue;
    }
    const section = sectionOf(name) ?? name;
    const sum = found.get(section) ?? {
      name: section,
      bytes: 0,
      parts: 0,
      sha256: '',
      hash: createHash('sha256'),
    };
    sum.parts += 1;
    if (name !== partName(section, sum.parts))
      throw new ArchiveError(`it has "${name}" where it must not be`);
    sum.bytes += content.length;
    sum.hash.update(content);
    found.set(section, sum);
  }
  const sections = (manifest as { sections?: unknown } | undefined)?.sections;
  if (!Array.isArray(sections)) throw new ArchiveError('it has no manifest: it is cut off, or no backup');
  const actual = [...found.values()].map(({ hash, ...sum }) => ({ ...sum, sha256: hash.digest('hex') }));
  if (JSON.stringify(actual) !== JSON.stringify(sections)) {
    throw new ArchiveError('its contents are not those of its manifest');
  }
  return manifest as Record<string, unknown>;
}

function parse(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw new ArchiveError('its manifest cannot be read');
  }
}
