import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { settle } from '../../../testing/gestures';
import { byRole } from '../../../testing/queries';
import { NotFoundPage } from './not-found.page';

describe('NotFoundPage', () => {
  it('reports an unknown URL, and offers links', async () => {
    TestBed.configureTestingModule({ providers: [provideRouter([])] });
    TestBed.createComponent(NotFoundPage);
    await settle();

    expect(byRole('heading', 'Page not found')).toBeDefined();
    expect(byRole('link', 'Go home').getAttribute('href')).toBe('/');
  });
});
