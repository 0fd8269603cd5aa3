import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { seal } from './sealed-stream.js';

/** Size of one tar entry. Sections are split, because tar needs the size of an entry before its first byte. */
export const PART_BYTES = 4 * 1024 * 1024;

/** Name of the last entry, so that a truncated archive has no manifest. */
export const MANIFEST = 'manifest.json';

/** Checksum of one section. */
export interface SectionSum {
  name: string;
  bytes: number;
  parts: number;
  sha256: string;
}

/** The finished file. */
export interface ArchiveFile {
  bytes: number;
  sha256: string;
}

class Measure extends Transform {
  readonly hash = createHash('sha256');
  bytes = 0;

  override _transform(data: Buffer, _encoding: string, done: TransformCallback): void {
    this.hash.update(data);
    this.bytes += data.length;
    done(null, data);
  }
}

/** The name of one entry of a section. */
export function partName(section: string, part: number): string {
  return `${section}/${String(part).padStart(6, '0')}`;
}

/**
 * Writes a gzipped tar, encrypted if there is a passphrase, to a temporary file, and moves it into place at the end.
 */
export class ArchiveWriter {
  readonly sections: SectionSum[] = [];
  private readonly partial: string;
  /** Rejects once writing has failed. */
  private readonly ended: Promise<never>;

  private constructor(
    private readonly path: string,
    private readonly tar: Pack,
    private readonly measure: Measure,
    private readonly at: Date,
    private readonly written: Promise<void>,
  ) {
    this.partial = partialPath(path);
    this.ended = written.then(() => {
      throw new Error('the archive has ended');
    });
    this.ended.catch(() => undefined);
  }

  /**
   * Creates the file, readable by its owner only.
   * @param at the modification time of its entries
   */
  static async create(path: string, passphrase: string | undefined, at: Date): Promise<ArchiveWriter> {
    const sealing = passphrase === undefined ? [] : [await seal(passphrase)];
    const file = await open(partialPath(path), 'wx', 0o600);
    const [tar, measure] = [pack(), new Measure()];
    // `flush` puts it on disk before it gets its name.
    const target = file.createWriteStream({ flush: true });
    const written = pipeline([Readable.from(tar), createGzip({ level: 6 }), ...sealing, measure, target]);
    // The next `add` reports the error.
    written.catch(() => undefined);
    return new ArchiveWriter(path, tar, measure, at, written);
  }

  /** Adds a section of any length. */
  async add(section: string, content: AsyncIterable<Buffer>): Promise<void> {
    const hash = createHash('sha256');
    let [waiting, waitingBytes, bytes, parts] = [[] as Buffer[], 0, 0, 0];
    const giveAll = async (): Promise<void> => {
      parts += 1;
      await this.addPart(partName(section, parts), Buffer.concat(waiting), hash);
      [waiting, waitingBytes] = [[], 0];
    };
    for await (const chunk of content) {
      waiting.push(chunk);
      waitingBytes += chunk.length;
      bytes += chunk.length;
      if (waitingBytes >= PART_BYTES) await giveAll();
    }
    if (waitingBytes > 0 || parts === 0) await giveAll();
    this.sections.push({ name: section, bytes, parts, sha256: hash.digest('hex') });
  }

  /** Writes the manifest and gives the file its name. */
  async finish(manifest: object): Promise<ArchiveFile> {
    await this.addEntry(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8'));
    this.tar.finalize();
    await this.written;
    await rename(this.partial, this.path);
    return { bytes: this.measure.bytes, sha256: this.measure.hash.digest('hex') };
  }

  /**
   * Gives up and leaves nothing behind.
   * @returns why the file could not be written, if that was the cause; the source of a section only sees its stream end
   */
  async abort(): Promise<NodeJS.ErrnoException | undefined> {
    this.tar.destroy();
    const error = await this.written.then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    await rm(this.partial, { force: true });
    return error?.syscall === undefined ? undefined : error;
  }

  private addPart(name: string, content: Buffer, hash: Hash): Promise<void> {
    hash.update(content);
    return this.addEntry(name, content);
  }

  /** Resolves once the content was accepted, so that at most one entry is in memory. */
  private addEntry(name: string, content: Buffer): Promise<void> {
    const added = new Promise<void>((resolve, reject) => {
      const header = { name, size: content.length, mode: 0o600, mtime: this.at };
      const entry = this.tar.entry(header, (error) => (error ? reject(error) : resolve()));
      entry.on('error', reject);
      entry.end(content);
    });
    return Promise.race([added, this.ended]);
  }
}

/** Path of an archive while it is incomplete. */
export function partialPath(path: string): string {
  return `${path}.partial`;
}
