import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { seal } from './sealed-stream.js';

/** Content is kept in pieces, since tar wants to know the size of a file before its first byte. */
export const PART_BYTES = 4 * 1024 * 1024;

/** Where the description of the whole is: the last file of an archive, so that a cut-off one has none. */
export const MANIFEST = 'manifest.json';

/** What can be checked of one content. */
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

/** The name of a piece within the archive. */
export function partName(section: string, part: number): string {
  return `${section}/${String(part).padStart(6, '0')}`;
}

/** Writes a gzipped tar, encrypted where there is a passphrase, beside its place and moves it there at the end. */
export class ArchiveWriter {
  readonly sections: SectionSum[] = [];
  private readonly partial: string;
  /** Rejects when nothing can be added any more. */
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
   * Makes the file, which nobody else can read.
   * @param at the time that its contents get
   */
  static async create(path: string, passphrase: string | undefined, at: Date): Promise<ArchiveWriter> {
    const sealing = passphrase === undefined ? [] : [await seal(passphrase)];
    const file = await open(partialPath(path), 'wx', 0o600);
    const [tar, measure] = [pack(), new Measure()];
    // `flush` has it on the disk before the file gets its name.
    const target = file.createWriteStream({ flush: true });
    const written = pipeline([Readable.from(tar), createGzip({ level: 6 }), ...sealing, measure, target]);
    // Whoever adds something next hears of it.
    written.catch(() => undefined);
    return new ArchiveWriter(path, tar, measure, at, written);
  }

  /** Adds one content, which may be of any length. */
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

  /** Adds the manifest and gives the file its name. */
  async finish(manifest: object): Promise<ArchiveFile> {
    await this.addEntry(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8'));
    this.tar.finalize();
    await this.written;
    await rename(this.partial, this.path);
    return { bytes: this.measure.bytes, sha256: this.measure.hash.digest('hex') };
  }

  /**
   * Gives up; nothing is left.
   * @returns why the file could not be written, where that was the reason: what was being added only saw its end
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

  /** Resolves when the content was taken, so that no more is kept in memory than one piece. */
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

/** Where an archive is while it is not whole. */
export function partialPath(path: string): string {
  return `${path}.partial`;
}
