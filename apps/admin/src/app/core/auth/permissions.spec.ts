import { TestBed } from '@angular/core/testing';
import { storedSession, user } from '../../../testing/builders';
import { configureConsole } from '../../../testing/open-page';
import { Permissions } from './permissions';

describe('Permissions', () => {
  it('allows what the controller granted', () => {
    configureConsole([], storedSession({ user: user({ role: 'viewer' }) }));

    expect(TestBed.inject(Permissions).can('fleet:read')).toBe(true);
    expect(TestBed.inject(Permissions).can('independence:write')).toBe(false);
  });

  it('allows nothing without a session', () => {
    configureConsole([]);

    expect(TestBed.inject(Permissions).can('fleet:read')).toBe(false);
  });
});
