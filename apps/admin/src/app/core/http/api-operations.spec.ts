import { orchestratorSocketUrl } from './api-operations';

describe('the URL of the WebSocket', () => {
  it.each([
    ['http:', 'ws://controller.example/ws'],
    ['https:', 'wss://controller.example/ws'],
  ])('matches the page opened by %s', (protocol, url) => {
    expect(orchestratorSocketUrl({ protocol, host: 'controller.example' })).toBe(url);
  });
});
