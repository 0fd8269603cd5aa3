import { safeReturnUrl } from './auth.store';

describe('safeReturnUrl', () => {
  it.each([
    '/',
    '/organizations',
    '/organizations?status=error&search=a%2Fb',
    '/organizations?next=//evil.example',
  ])('accepts the page %p of the console', (url) => {
    expect(safeReturnUrl(url)).toBe(url);
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    'https://evil.example',
    'HTTPS:/evil.example',
    'javascript:alert(1)',
    'data:text/html,hello',
    'evil.example',
    ' //evil.example',
    '\t//evil.example',
    './organizations',
  ])('replaces %p by the dashboard: it may lead to another site', (url) => {
    expect(safeReturnUrl(url)).toBe('/');
  });

  it.each(['/sign-in', '/sign-in?return=/sign-in'])(
    'replaces %p by the dashboard: it leads nowhere',
    (url) => {
      expect(safeReturnUrl(url)).toBe('/');
    },
  );

  it.each([null, undefined, ''])('replaces %p by the dashboard', (url) => {
    expect(safeReturnUrl(url)).toBe('/');
  });
});
