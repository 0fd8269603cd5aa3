import { TestBed } from '@angular/core/testing';
import { pass, settle } from '../../../testing/gestures';
import { ConsoleCode, isMissingCode, OPEN_ANEW, PAGE_FETCH, type CodeState } from './console-code';

const OURS = 'main-AAAAAAAA.js';
const THEIRS = 'main-BBBBBBBB.js';
const CHECK_EVERY_MS = 60_000;

interface Started {
  readonly code: ConsoleCode;
  readonly opened: string[];
  readonly state: () => CodeState;
}

/** A tab with the console's first script, and a controller with the script `main`; undefined if it is unreachable. */
function start(main: string | undefined): Started {
  const opened: string[] = [];
  const fetch = (): Promise<unknown> =>
    main === undefined
      ? Promise.reject(new TypeError('Failed to fetch'))
      : Promise.resolve({ ok: true, text: () => Promise.resolve(`<script src="${main}" type="module">`) });
  TestBed.configureTestingModule({
    providers: [
      { provide: PAGE_FETCH, useValue: fetch },
      { provide: OPEN_ANEW, useValue: (url: string) => opened.push(url) },
    ],
  });
  const code = TestBed.inject(ConsoleCode);
  return { code, opened, state: () => code.state() };
}

let script: HTMLScriptElement;

beforeEach(() => {
  script = document.createElement('script');
  script.setAttribute('src', OURS);
  script.type = 'text/plain';
  document.head.append(script);
});

afterEach(() => script.remove());

describe('ConsoleCode', () => {
  it.each([
    'Failed to fetch dynamically imported module: http://c/chunk-A.js',
    'error loading dynamically imported module: http://c/chunk-A.js',
    'Importing a module script failed.',
  ])('recognizes "%s" as missing code', (message) => {
    expect(isMissingCode(new TypeError(message))).toBe(true);
  });

  it('ignores other failures', () => {
    expect(isMissingCode(new TypeError('x is undefined'))).toBe(false);
    expect(isMissingCode('a text')).toBe(false);
  });

  it('reloads a page whose code is gone after an upgrade, and then says why', async () => {
    const { code, opened } = start(THEIRS);

    await code.open('/messages');
    expect(opened).toEqual(['/messages']);
    TestBed.resetTestingModule();
    const { state } = start(THEIRS);

    expect(state()).toEqual({ name: 'opened-anew' });
    await pass(15_000);
    expect(state()).toEqual({ name: 'fine' });
  });

  it('silently reloads a page whose code could not be loaded once', async () => {
    const { code, opened } = start(OURS);

    await code.open('/messages');
    TestBed.resetTestingModule();

    expect(opened).toEqual(['/messages']);
    expect(start(OURS).state()).toEqual({ name: 'fine' });
  });

  it('reports the failure instead of reloading the same page again and again', async () => {
    const { code, opened, state } = start(OURS);

    await code.open('/messages');
    await code.open('/messages');

    expect(opened).toEqual(['/messages']);
    expect(state()).toEqual({ name: 'missing', url: '/messages', isReachable: true });
    code.arrived();
    expect(state()).toEqual({ name: 'fine' });
  });

  it('reports an unreachable controller, and opens the page on request once it is reachable', async () => {
    const { code, opened, state } = start(undefined);
    await code.open('/messages');
    expect([opened, state()]).toEqual([[], { name: 'missing', url: '/messages', isReachable: false }]);

    TestBed.resetTestingModule();
    const later = start(OURS);
    await later.code.open('/messages');

    expect(later.opened).toEqual(['/messages']);
  });

  it('opens the missing page on request, any number of times', async () => {
    const { code, opened } = start(OURS);
    await code.open('/messages');
    await code.open('/messages');

    code.reload();
    await settle();

    expect(opened).toEqual(['/messages', '/messages']);
  });

  it('detects an upgrade when it checks, at most once a minute', async () => {
    const { code, opened, state } = start(THEIRS);

    await code.check();
    expect(state()).toEqual({ name: 'fine' });
    await pass(CHECK_EVERY_MS);
    await code.check();

    expect([opened, state()]).toEqual([[], { name: 'replaced' }]);
    code.reload();
    expect(opened).toEqual(['/']);
  });

  it.each([OURS, undefined])('detects none if there is none: %p', async (main) => {
    const { code, state } = start(main);
    await pass(CHECK_EVERY_MS);

    await code.check();

    expect(state()).toEqual({ name: 'fine' });
  });

  it('reports that a part of a page could not be loaded, and keeps the page', async () => {
    const { code, opened, state } = start(OURS);
    const failure = new TypeError('Failed to fetch dynamically imported module: x');

    await expect(code.load(() => Promise.reject(failure))).rejects.toBe(failure);
    await settle();

    expect([opened, state()]).toEqual([[], { name: 'missing', url: '/', isReachable: true }]);
  });
});
