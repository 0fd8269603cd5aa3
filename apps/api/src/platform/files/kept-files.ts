import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { FilesHealth } from '@moolai/contracts';
import { Clock } from '../clock/clock.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { Recurring } from '../process/recurring.js';
import { FileWriter, type BuildContent } from './file-writer.js';
import { KeptFile } from './kept-file.js';

/** How soon a file that was removed, or whose directory was replaced, is noticed. */
const LOOK_MS = 2_000;

interface Kept {
  file: KeptFile;
  onLost: () => void;
}

/** Every file that the controller keeps up to date: looks after them, and tells health and metrics of them. */
@Injectable()
export class KeptFiles implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly kept: Kept[] = [];
  private readonly writers: FileWriter[] = [];
  private readonly looks: Recurring;

  constructor(
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    const failure = 'kept files could not be looked after';
    // One look at a time: a network file system that does not answer must not be asked again and again.
    this.looks = new Recurring({ everyMs: LOOK_MS, work: () => this.look(), logger, failure });
    const ofEach = (value: (file: KeptFile) => number) => () =>
      this.kept.map(({ file }) => ({ labels: { file: file.name }, value: value(file) }));
    metrics.readGauge(
      {
        name: 'moolai_file_pending_seconds',
        help: 'For how long a kept file has not said what it should; 0 while it does.',
        labelNames: ['file'],
      },
      ofEach(({ problem }) => (problem ? (this.clock.monotonicMs() - problem.beganMs) / 1000 : 0)),
    );
    metrics.readCounter(
      {
        name: 'moolai_file_writes_total',
        help: 'Replacements of kept files by result; one that failed is tried again.',
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
        help: 'Bytes of kept files that were written.',
        labelNames: ['file'],
      },
      ofEach(({ bytesWritten }) => bytesWritten),
    );
  }

  /**
   * Looks after a file from now on.
   * @param onLost called when the file, or its directory, is not where it was written to
   */
  keep(path: string, onLost: () => void): KeptFile {
    const file = new KeptFile(path, this.clock, this.logger);
    this.kept.push({ file, onLost });
    return file;
  }

  /** A file that is always written from the newest state. */
  writer(path: string, build: BuildContent): FileWriter {
    const file = this.keep(path, () => writer.restore());
    const writer = new FileWriter(file, build);
    this.writers.push(writer);
    return writer;
  }

  /** Of several problems the oldest. */
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
    this.looks.start();
  }

  onApplicationShutdown(): void {
    // Not waited for: the file system may never answer.
    void this.looks.stop();
    for (const writer of this.writers) writer.stop();
  }

  private async look(): Promise<void> {
    for (const { file, onLost } of this.kept) {
      // What fails is tried again anyway.
      if (file.problem || (await file.isInPlace())) continue;
      file.reportProblem('it was removed, or its directory was replaced');
      onLost();
    }
  }
}
