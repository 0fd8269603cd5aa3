import type { OutputFile, Written } from './output-file.js';
import { StandardOutput } from './standard-output.js';

const KB = 1024;

/** An output that accepts as much as a test allows. */
class ScriptedFile implements OutputFile {
  private readonly taken: Buffer[] = [];
  error: string | undefined;
  takes = Infinity;

  get text(): string {
    return Buffer.concat(this.taken).toString('utf8');
  }

  write(parts: Buffer[], done: Written): void {
    if (this.error === undefined) done(null, this.writeNow(parts));
    else done(Object.assign(new Error(this.error), { code: this.error }), 0);
  }

  writeNow(parts: Buffer[]): number {
    const bytes = Buffer.concat(parts);
    const taken = Math.min(bytes.length, this.takes);
    this.taken.push(Buffer.from(bytes.subarray(0, taken)));
    return taken;
  }
}

describe('the standard output', () => {
  let file: ScriptedFile;
  let output: StandardOutput;

  beforeEach(() => {
    file = new ScriptedFile();
    output = new StandardOutput(64 * KB, file);
    output.describeLoss = ({ lines, reason }) => `${lines} dropped (${reason})\n`;
  });

  it('writes every line once and complete, however little is accepted at a time', async () => {
    file.takes = 7;
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index} ä\n`);
    lines.forEach((line) => output.write(line));
    await output.flush();
    expect(file.text).toBe(lines.join(''));
    expect(output.waitingBytes).toBe(0);
  });

  it('keeps no more than its limit, counts dropped lines, and reports them where they are missing', async () => {
    file.error = 'ENOSPC';
    const line = `${'x'.repeat(KB - 1)}\n`;
    for (let count = 0; count < 1_000; count += 1) output.write(line);
    await output.flush();
    expect(output.waitingBytes).toBeLessThanOrEqual(64 * KB);
    file.error = undefined;
    await output.flush();
    output.write('after\n');
    await output.flush();
    const kept = file.text.split('\n').filter((text) => text.startsWith('x')).length;
    expect(kept + output.droppedLines).toBe(1_000);
    expect(file.text.slice(kept * KB)).toBe(`${output.droppedLines} dropped (ENOSPC)\nafter\n`);
  });
});
