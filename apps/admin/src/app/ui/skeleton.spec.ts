import { TestBed } from '@angular/core/testing';
import { settle } from '../../testing/gestures';
import { byRole, textOf } from '../../testing/queries';
import { Skeleton } from './skeleton';

describe('Skeleton', () => {
  it('announces loading to screen readers', async () => {
    TestBed.createComponent(Skeleton);
    await settle();

    expect(textOf(byRole('status'))).toBe('Loading…');
  });
});
