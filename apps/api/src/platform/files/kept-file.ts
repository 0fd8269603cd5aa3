import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../clock/clock.js';
import type { Logger } from '../logging/logger.js';
import { replaceFile, type FileContent } from './replace-file.js';

/** Which directory a path led to. */
interface DirectoryIdentity {
  dev: number;
  ino: number;
}

/** Why a file does not say what it should. */
export interface FileProblem {
  /** When it began, in milliseconds since 1970. */
  sinceMs: number;
  /** The same moment as a monotonic time, from which its age is told. */
  beganMs: number;
  error: string;
}

/** Without the path, which is in the log: health is public. */
function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (message.split(', ')[0] ?? code);
}

/**
 * A file that the controller keeps up to date in a directory that others may reach: it may be removed, or its
 * directory may be replaced by another one (a volume that is mounted late, a restored copy).
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

  /** Names the directory that the file was written to last; undefined before that. */
  get directoryName(): string | undefined {
    return this.directory && `${this.directory.dev}:${this.directory.ino}`;
  }

  /** Undefined while the file says what it should. */
  get problem(): FileProblem | undefined {
    return this.current;
  }

  /** Replaces the file; its directory is made when it is missing. Rejects when the new content is not durable. */
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

  /** Notes that the file does not say what it should. Says so in the log once for each problem. */
  reportProblem(error: string): void {
    if (this.current?.error !== error) this.logger.error({ file: this.path }, `not up to date: ${error}`);
    const { sinceMs = this.clock.nowMs(), beganMs = this.clock.monotonicMs() } = this.current ?? {};
    this.current = { sinceMs, beganMs, error };
  }

  /** False once the file, or the directory that it was written to, is not there any more. */
  async isInPlace(): Promise<boolean> {
    if (!this.directory) return true;
    try {
      const [{ dev, ino }] = await Promise.all([this.identify(), stat(this.path)]);
      return dev === this.directory.dev && ino === this.directory.ino;
    } catch (error) {
      return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    }
  }

  /** True when the path leads to another directory than the one that the file was written to. */
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
