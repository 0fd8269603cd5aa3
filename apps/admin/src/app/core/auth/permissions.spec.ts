import { TestBed } from '@angular/core/testing';
import { storedSession, user } from '../../../testing/builders';
import { configureConsole } from '../../../testing/open-page';
import { Permissions } from './permissions';

describe('Permissions', () => {
  it('allows what the controller said that it allows', () => {
    configureConsole([], storedSession({ user: user({ role: 'viewer' }) }));

    expect(TestBed.inject(Permissions).can('fleet:read')).toBe(true);
    expect(TestBed.inject(Permissions).can('independence:write')).toBe(false);
  });

  it('allows nothing to nobody', () => {
    configureConsole([]);

    expect(TestBed.inject(Permissions).can('fleet:read')).toBe(false);
  });
});
