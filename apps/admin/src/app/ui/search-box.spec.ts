import { Component, signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { enter, pass, settle } from '../../testing/gestures';
import { SearchBox } from './search-box';

const PAUSE_MS = 200;

/** A page with the search words in its URL, which follows later than the words. */
@Component({
  selector: 'mc-host',
  imports: [SearchBox],
  template: `<mc-search-box label="Search" [value]="url()" (wordsChange)="searched.push($event)" />`,
})
class Host {
  readonly url = signal('');
  readonly searched: string[] = [];
}

function open(): Host {
  const fixture: ComponentFixture<Host> = TestBed.createComponent(Host);
  fixture.autoDetectChanges();
  return fixture.componentInstance;
}

function field(): HTMLInputElement {
  return document.querySelector('input') as HTMLInputElement;
}

async function follow(host: Host, words: string): Promise<void> {
  host.url.set(words);
  await settle();
}

describe('SearchBox', () => {
  it('keeps text that was typed before the URL had the previous words', async () => {
    const host = open();
    await enter(field(), 'rack');
    await pass(PAUSE_MS);
    await enter(field(), 'rack-0');
    await follow(host, 'rack');

    expect(field().value).toBe('rack-0');
    await pass(PAUSE_MS);
    expect(host.searched).toEqual(['rack', 'rack-0']);
  });

  it('keeps a space at the end of the text, although it searches without it', async () => {
    const host = open();
    await enter(field(), 'front ');
    await pass(PAUSE_MS);
    expect(host.searched).toEqual(['front']);
    await follow(host, 'front');

    expect(field().value).toBe('front ');
  });

  it('shows the words of the URL when another control changes them, and drops words not yet searched', async () => {
    const host = open();
    await follow(host, 'rack');
    expect(field().value).toBe('rack');
    await enter(field(), 'rack-0');
    await follow(host, '');

    expect(field().value).toBe('');
    await pass(PAUSE_MS);
    expect(host.searched).toEqual([]);
  });

  it('shows words that return to the URL after they were cleared', async () => {
    const host = open();
    await enter(field(), 'rack');
    await pass(PAUSE_MS);
    await follow(host, 'rack');
    await follow(host, '');
    await follow(host, 'rack');

    expect(field().value).toBe('rack');
  });
});
