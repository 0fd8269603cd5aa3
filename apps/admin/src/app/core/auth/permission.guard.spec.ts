import { Location } from '@angular/common';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { storedSession, user } from '../../../testing/builders';
import { openPage } from '../../../testing/open-page';
import { byRole, textOf } from '../../../testing/queries';
import { forbiddenRoutes } from '../../features/forbidden';
import { permissionGuard } from './permission.guard';

@Component({ template: '<h1>The audit</h1>' })
class AuditPage {}

const ROUTES = [
  { path: 'audit', canActivate: [permissionGuard('audit:read')], component: AuditPage },
  { path: 'forbidden', children: forbiddenRoutes },
];

function openAs(role: 'admin' | 'viewer'): Promise<unknown> {
  return openPage(ROUTES, '/audit?search=x', storedSession({ user: user({ role }) }));
}

describe('permissionGuard', () => {
  it('opens a page if the user has the permission', async () => {
    await openAs('admin');

    expect(byRole('heading', 'The audit')).toBeDefined();
  });

  it('otherwise shows what is missing, at the same URL', async () => {
    await openAs('viewer');

    expect(byRole('heading', 'You do not have access to this page')).toBeDefined();
    expect(textOf()).toContain('audit:read');
    expect(TestBed.inject(Location).path()).toBe('/audit?search=x');
  });
});
