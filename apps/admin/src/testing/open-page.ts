import { TestBed } from '@angular/core/testing';
import { provideRouter, withComponentInputBinding, type Routes } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { SessionVault, type StoredSession } from '../app/core/auth/session-vault';
import { EventStream } from '../app/core/live/event-stream';
import { FakeController, provideNetwork } from './fake-controller';
import { provideFakeEditors } from './fake-editor';
import { provideStream, type FakeStream } from './fake-stream';
import { settle } from './gestures';

/** Gives a test the console's network and router, in a tab that has kept a session or none. */
export function configureConsole(routes: Routes, kept: StoredSession | null = null): FakeController {
  TestBed.configureTestingModule({
    providers: [
      provideNetwork(),
      provideStream(),
      provideFakeEditors(),
      provideRouter(routes, withComponentInputBinding()),
    ],
  });
  TestBed.inject(SessionVault).write(kept);
  return new FakeController();
}

/** The stream of a console that was configured. */
export function streamOf(): FakeStream {
  return TestBed.inject(EventStream) as unknown as FakeStream;
}

/** Opens an address of the console; the controller has not answered yet. */
export async function openPage(
  routes: Routes,
  url: string,
  kept: StoredSession | null = null,
): Promise<FakeController> {
  const controller = configureConsole(routes, kept);
  await RouterTestingHarness.create(url);
  await settle();
  return controller;
}
