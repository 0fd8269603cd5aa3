import { TestBed } from '@angular/core/testing';
import { settle } from '../../testing/gestures';
import { byRole, textOf } from '../../testing/queries';
import { Skeleton } from './skeleton';

describe('Skeleton', () => {
  it('tells those who listen that something is being read', async () => {
    TestBed.createComponent(Skeleton);
    await settle();

    expect(textOf(byRole('status'))).toBe('Loading…');
  });
});
