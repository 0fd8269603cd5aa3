import { globSync } from 'node:fs';
import { join } from 'node:path';
import { literalTextsOf, textsOfTemplate } from '../testing/literal-texts';

const ROOT = import.meta.dirname;

/** What holds no sentences: commands and programs to run elsewhere, and the outlines of icons. */
const CODE = ['features/connect/snippets.ts', 'ui/icon-paths.ts'];

const files = globSync('**/*.ts', { cwd: ROOT }).filter(
  (file) => !CODE.includes(file) && !/\.(spec|texts)\.ts$/.test(file),
);

describe('texts of the console', () => {
  it.each(files)('%s takes them from a catalogue', (file) => {
    expect(literalTextsOf(join(ROOT, file))).toEqual([]);
  });

  it('would be found in a template, wherever it shows them', () => {
    const template = `
      <h1 class="two words" title="Some help">Heading</h1>
      <p>{{ count }} found, {{ isOpen ? 'open' : texts.closed }} {{ state === 'idle' ? 1 : 2 }}</p>
      <mc-icon name="close" [label]="'Copy: ' + name" [shape]="isOpen ? 'up' : 'down'" />
    `;
    expect(textsOfTemplate(template, 'example.html')).toEqual([
      'title="Some help"',
      'Heading',
      'found,',
      'open',
      'Copy: ',
    ]);
  });
});
