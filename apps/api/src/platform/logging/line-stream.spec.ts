import { Writable } from 'node:stream';
import { createLogger } from './logger.js';
import { PreparedLines } from './prepared-lines.js';

class Sink extends Writable {
  readonly lines: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
    done();
  }
}

const MESSAGE = '[C-OCS] Processing heartbeat from orchestrator orch-001';

describe('a prepared line', () => {
  it.each(['json', 'pretty'] as const)(
    'looks like other lines of its moment in the format %s',
    (logFormat) => {
      const sink = new Sink();
      const logger = createLogger({ logLevel: 'info', logFormat }, sink);
      const lines = new PreparedLines(logger);
      const prepared = lines.prepare(MESSAGE);
      // Only two lines of the same millisecond can be compared.
      for (let attempt = 0; attempt < 1_000 && new Set(sink.lines.slice(-2)).size !== 1; attempt += 1) {
        const nowMs = Date.now();
        logger.info(MESSAGE);
        lines.write(prepared, nowMs);
      }
      expect(sink.lines.at(-1)).toContain(MESSAGE);
      expect(sink.lines.at(-1)).toBe(sink.lines.at(-2));
    },
  );

  it('is not written if its level is disabled', () => {
    const sink = new Sink();
    const lines = new PreparedLines(createLogger({ logLevel: 'warn', logFormat: 'json' }, sink));
    lines.write(lines.prepare(MESSAGE), 0);
    expect(sink.lines).toEqual([]);
  });
});
