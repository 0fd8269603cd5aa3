import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../clock/clock.js';
import type { Logger } from '../logging/logger.js';
import { replaceFile, type FileContent } from './replace-file.js';

/** Identifies the directory behind a path. */
interface DirectoryIdentity {
  dev: number;
  ino: number;
}

/** Why a file is out of date. */
export interface FileProblem {
  /** Start of the problem, in milliseconds since 1970. */
  sinceMs: number;
  /** The same moment as a monotonic time, to compute its age. */
  beganMs: number;
  error: string;
}

/** Without the path, because health is public; the log has it. */
function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (message.split(', ')[0] ?? code);
}

/**
 * A file that the controller keeps up to date in a directory that others can change: the file may be removed, or the
 * directory replaced (a volume mounted late, a restored copy).
 */
export class KeptFile {
  readonly name: string;
  writes = { written: 0, failed: 0 };
  bytesWritten = 0;
  private directory: DirectoryIdentity | undefined;
  private current: FileProblem | undefined;

  constructor(
    readonly path: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.name = basename(path);
  }

  /** The directory that the file was last written to; undefined before the first write. */
  get directoryName(): string | undefined {
    return this.directory && `${this.directory.dev}:${this.directory.ino}`;
  }

  /** Undefined while the file is up to date. */
  get problem(): FileProblem | undefined {
    return this.current;
  }

  /** Replaces the file, and creates its directory if needed. Rejects if the new content is not durable. */
  async replace(content: FileContent): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true });
      const bytes = await replaceFile(this.path, content);
      this.directory = await this.identify();
      this.writes.written += 1;
      this.bytesWritten += bytes;
    } catch (error) {
      this.writes.failed += 1;
      this.reportProblem(describe(error));
      throw error;
    }
    if (this.current) this.logger.info({ file: this.path }, 'the file is up to date again');
    this.current = undefined;
  }

  /** Records that the file is out of date. Logs each problem once. */
  reportProblem(error: string): void {
    if (this.current?.error !== error) this.logger.error({ file: this.path }, `not up to date: ${error}`);
    const { sinceMs = this.clock.nowMs(), beganMs = this.clock.monotonicMs() } = this.current ?? {};
    this.current = { sinceMs, beganMs, error };
  }

  /** False once the file, or the directory that it was written to, is gone. */
  async isInPlace(): Promise<boolean> {
    if (!this.directory) return true;
    try {
      const [{ dev, ino }] = await Promise.all([this.identify(), stat(this.path)]);
      return dev === this.directory.dev && ino === this.directory.ino;
    } catch (error) {
      return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    }
  }

  /** True if the path leads to another directory than the one that the file was written to. */
  async hasMoved(): Promise<boolean> {
    const now = await this.identify().catch(() => undefined);
    if (!now || !this.directory) return false;
    return now.dev !== this.directory.dev || now.ino !== this.directory.ino;
  }

  private async identify(): Promise<DirectoryIdentity> {
    const { dev, ino } = await stat(dirname(this.path));
    return { dev, ino };
  }
}
