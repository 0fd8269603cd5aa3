import { TestBed } from '@angular/core/testing';
import { provideRouter, withComponentInputBinding, type Routes } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { SessionVault, type StoredSession } from '../app/core/auth/session-vault';
import { FakeController, provideNetwork } from './fake-controller';
import { settle } from './gestures';

/** Gives a test the console's network and router, in a tab that has kept a session or none. */
export function configureConsole(routes: Routes, kept: StoredSession | null = null): FakeController {
  TestBed.configureTestingModule({
    providers: [provideNetwork(), provideRouter(routes, withComponentInputBinding())],
  });
  TestBed.inject(SessionVault).write(kept);
  return new FakeController();
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
