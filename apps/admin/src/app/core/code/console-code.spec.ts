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

/** A tab with the console's first script, in front of a controller that has `main`; undefined for none at all. */
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
  ])('knows "%s" for code that is missing', (message) => {
    expect(isMissingCode(new TypeError(message))).toBe(true);
  });

  it('leaves other failures to others', () => {
    expect(isMissingCode(new TypeError('x is undefined'))).toBe(false);
    expect(isMissingCode('a text')).toBe(false);
  });

  it('opens a page anew whose code is gone with an upgrade, and says why afterwards', async () => {
    const { code, opened } = start(THEIRS);

    await code.open('/messages');
    expect(opened).toEqual(['/messages']);
    TestBed.resetTestingModule();
    const { state } = start(THEIRS);

    expect(state()).toEqual({ name: 'opened-anew' });
    await pass(15_000);
    expect(state()).toEqual({ name: 'fine' });
  });

  it('opens a page anew whose code could not be loaded once, and says nothing', async () => {
    const { code, opened } = start(OURS);

    await code.open('/messages');
    TestBed.resetTestingModule();

    expect(opened).toEqual(['/messages']);
    expect(start(OURS).state()).toEqual({ name: 'fine' });
  });

  it('says so instead of opening the same page again and again', async () => {
    const { code, opened, state } = start(OURS);

    await code.open('/messages');
    await code.open('/messages');

    expect(opened).toEqual(['/messages']);
    expect(state()).toEqual({ name: 'missing', url: '/messages', isReachable: true });
    code.arrived();
    expect(state()).toEqual({ name: 'fine' });
  });

  it('says that nobody answers, and opens the page when asked to once somebody does', async () => {
    const { code, opened, state } = start(undefined);
    await code.open('/messages');
    expect([opened, state()]).toEqual([[], { name: 'missing', url: '/messages', isReachable: false }]);

    TestBed.resetTestingModule();
    const later = start(OURS);
    await later.code.open('/messages');

    expect(later.opened).toEqual(['/messages']);
  });

  it('opens what is missing when asked to, however often', async () => {
    const { code, opened } = start(OURS);
    await code.open('/messages');
    await code.open('/messages');

    code.reload();
    await settle();

    expect(opened).toEqual(['/messages', '/messages']);
  });

  it('notices an upgrade when it looks, which it does at most once a minute', async () => {
    const { code, opened, state } = start(THEIRS);

    await code.check();
    expect(state()).toEqual({ name: 'fine' });
    await pass(CHECK_EVERY_MS);
    await code.check();

    expect([opened, state()]).toEqual([[], { name: 'replaced' }]);
    code.reload();
    expect(opened).toEqual(['/']);
  });

  it.each([OURS, undefined])('notices none when there is none: %p', async (main) => {
    const { code, state } = start(main);
    await pass(CHECK_EVERY_MS);

    await code.check();

    expect(state()).toEqual({ name: 'fine' });
  });

  it('says that a part of a page could not be loaded, and leaves the page as it is', async () => {
    const { code, opened, state } = start(OURS);
    const failure = new TypeError('Failed to fetch dynamically imported module: x');

    await expect(code.load(() => Promise.reject(failure))).rejects.toBe(failure);
    await settle();

    expect([opened, state()]).toEqual([[], { name: 'missing', url: '/', isReachable: true }]);
  });
});
