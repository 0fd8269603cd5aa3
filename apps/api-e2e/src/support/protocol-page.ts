import { existsSync, readFileSync } from 'node:fs';
import type { JsonObject } from '@moolai/contracts';

const FILE = new URL('../../../../docs/protocol.md', import.meta.url);

/** One section of the page: from a heading to the next one. */
export interface PageSection {
  heading: string;
  /** The rows of its first table without the heading row, keyed by column. */
  rows: string[][];
  /** The text outside tables and code. */
  prose: string;
  /** The example frames. */
  examples: JsonObject[];
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function sectionOf(text: string): PageSection {
  const [heading = ''] = text.split('\n', 1);
  const examples = [...text.matchAll(/^```json\n([^]*?)^```/gm)].map(
    ([, json = '']) => JSON.parse(json) as JsonObject,
  );
  const lines = text.replace(/^```[^]*?^```/gm, '').split('\n');
  const rows = lines.filter((line) => line.startsWith('|')).map(cellsOf);
  return {
    heading,
    rows: rows.slice(2),
    prose: lines
      .slice(1)
      .filter((line) => !line.startsWith('|'))
      .join(' '),
    examples,
  };
}

/** Reads the sections of `docs/protocol.md`. */
export function readProtocolPage(): PageSection[] {
  return readFileSync(FILE, 'utf8')
    .split(/^#{1,3} /m)
    .slice(1)
    .map(sectionOf);
}

/** The targets of broken links: headings or files that do not exist. */
export function brokenLinks(sections: PageSection[]): string[] {
  const anchors = sections.map(({ heading }) => `#${anchorOf(heading)}`);
  const targets = sections.flatMap(({ rows, prose }) =>
    [...`${rows.flat().join(' ')} ${prose}`.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target),
  );
  return targets.filter((target) =>
    target.startsWith('#')
      ? !anchors.includes(target)
      : !existsSync(new URL(target.replace(/#.*/, ''), FILE)),
  );
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}
