import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);

/** Phrases that make a sentence hard to read, with a better one. Names such as `/orchestrators/nobody` are allowed. */
const PHRASES: [phrase: RegExp, better: string][] = [
  [/\bwhoever\b/i, 'name the user, the client or the process'],
  [/\bof before\b/i, 'previous, or earlier'],
  [/\bfrom then on\b/i, 'afterwards, or later'],
  [/(?<![/'"`-])\bnobody\b(?=[ ,.;)])/i, 'no user, no client, or the passive'],
];

/** Files whose text must stay: the history of changes, landed migrations, and this list. */
const UNCHANGED = [/^CHANGELOG\.md$/, /\/migrations\/1764600000000-/, /^tools\/words\.spec\.ts$/];

/** Tracked text files; without git (an archive of the sources) all that are not built. */
function textFiles(): string[] {
  const isText = (file: string): boolean =>
    /(\.(ts|mjs|js|md|sql|scss|html|ya?ml|conf|sh)|Dockerfile)$/.test(file) &&
    !UNCHANGED.some((pattern) => pattern.test(file));
  try {
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
    return tracked.split('\0').filter(isText);
  } catch {
    return ['*', '{apps,docker,docs,findings,libs,tools}/**/*']
      .flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
      .filter((file) => isText(file) && !/(^|\/)(node_modules|dist)\//.test(file));
  }
}

describe('the prose of the project', () => {
  it('uses no phrase that has to be read twice', () => {
    const found = textFiles().flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          PHRASES.filter(([phrase]) => phrase.test(line)).map(
            ([phrase, better]) => `${file}:${index + 1}: ${phrase.exec(line)?.[0]} (better: ${better})`,
          ),
        ),
    );
    expect(found).toEqual([]);
  });

  it.each(['Whoever asks', 'the version of before', 'valid from then on', 'so that nobody waits'])(
    'would report "%s"',
    (text) => {
      expect(PHRASES.some(([phrase]) => phrase.test(text))).toBe(true);
    },
  );
});
