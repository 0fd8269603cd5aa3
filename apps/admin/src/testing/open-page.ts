import { TestBed } from '@angular/core/testing';
import { provideRouter, withComponentInputBinding, type Routes } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { SessionVault, type StoredSession } from '../app/core/auth/session-vault';
import { EventStream } from '../app/core/live/event-stream';
import { FakeController, provideNetwork } from './fake-controller';
import { provideFakeEditors } from './fake-editor';
import { provideStream, type FakeStream } from './fake-stream';
import { settle } from './gestures';

/** Configures the console's network and router for a test, in a tab with or without a session. */
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

/** The stream of a configured console. */
export function streamOf(): FakeStream {
  return TestBed.inject(EventStream) as unknown as FakeStream;
}

/** Opens a URL of the console before the controller has answered. */
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
