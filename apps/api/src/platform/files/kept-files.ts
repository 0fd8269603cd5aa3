import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { FilesHealth } from '@moolai/contracts';
import { Clock } from '../clock/clock.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { Recurring } from '../process/recurring.js';
import { FileWriter, type BuildContent } from './file-writer.js';
import { KeptFile } from './kept-file.js';

/** Interval of the check for removed files and replaced directories. */
const LOOK_MS = 2_000;

interface Kept {
  file: KeptFile;
  onLost: () => void;
}

/** All files that the controller keeps up to date: supervises them, and reports them to health and metrics. */
@Injectable()
export class KeptFiles implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly kept: Kept[] = [];
  private readonly writers: FileWriter[] = [];
  private readonly checks: Recurring;
  private readonly keepers: (() => void)[] = [];
  private mayWrite = true;

  constructor(
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    const failure = 'kept files could not be checked';
    // One check at a time: a network file system that does not answer must not accumulate checks.
    this.checks = new Recurring({ everyMs: LOOK_MS, work: () => this.check(), logger, failure });
    const ofEach = (value: (file: KeptFile) => number) => () =>
      this.kept.map(({ file }) => ({ labels: { file: file.name }, value: value(file) }));
    metrics.readGauge(
      {
        name: 'moolai_file_pending_seconds',
        help: 'Seconds for which a kept file has been out of date; 0 while it is up to date.',
        labelNames: ['file'],
      },
      ofEach(({ problem }) => (problem ? (this.clock.monotonicMs() - problem.beganMs) / 1000 : 0)),
    );
    metrics.readCounter(
      {
        name: 'moolai_file_writes_total',
        help: 'Replacements of kept files by result; a failed one is retried.',
        labelNames: ['file', 'result'],
      },
      () =>
        this.kept.flatMap(({ file: { name, writes } }) => [
          { labels: { file: name, result: 'written' }, value: writes.written },
          { labels: { file: name, result: 'failed' }, value: writes.failed },
        ]),
    );
    metrics.readCounter(
      {
        name: 'moolai_file_written_bytes_total',
        help: 'Bytes written to kept files.',
        labelNames: ['file'],
      },
      ofEach(({ bytesWritten }) => bytesWritten),
    );
  }

  /**
   * Starts supervising a file.
   * @param onLost called when the file or its directory is no longer where it was written to
   */
  supervise(path: string, onLost: () => void): KeptFile {
    const file = new KeptFile(path, this.clock, this.logger);
    this.kept.push({ file, onLost });
    return file;
  }

  /** A file that is always written from the latest state. */
  writer(path: string, build: BuildContent): FileWriter {
    const file = this.supervise(path, () => writer.restore());
    const writer = new FileWriter(file, build, () => this.mayWrite);
    this.onKeep(() => writer.restore());
    this.writers.push(writer);
    return writer;
  }

  /** False while another controller keeps the files: this one then neither reads nor writes them. */
  get isKeeper(): boolean {
    return this.mayWrite;
  }

  /** Begins or stops keeping the files. */
  keep(isKeeper: boolean): void {
    const begins = isKeeper && !this.mayWrite;
    this.mayWrite = isKeeper;
    if (begins) for (const listener of this.keepers) listener();
  }

  /** Calls `listener` when this controller begins to keep the files: another one may have written them before. */
  onKeep(listener: () => void): void {
    this.keepers.push(listener);
  }

  /** The oldest problem if there are several. */
  get health(): FilesHealth {
    const [oldest] = this.kept
      .flatMap(({ file: { name, problem } }) => (problem ? [{ name, ...problem }] : []))
      .sort((a, b) => a.sinceMs - b.sinceMs);
    if (!oldest) return { status: 'ok', pending_since: null, error: null };
    const { name, sinceMs, error } = oldest;
    return {
      status: 'failing',
      pending_since: new Date(sinceMs).toISOString(),
      error: `${name}: ${error}`,
    };
  }

  onApplicationBootstrap(): void {
    this.checks.start();
  }

  onApplicationShutdown(): void {
    // Not awaited: the file system may never answer.
    void this.checks.stop();
    for (const writer of this.writers) writer.stop();
  }

  private async check(): Promise<void> {
    if (!this.mayWrite) return;
    for (const { file, onLost } of this.kept) {
      // A file with a problem is being retried anyway.
      if (file.problem || (await file.isInPlace())) continue;
      file.reportProblem('it was removed, or its directory was replaced');
      onLost();
    }
  }
}
