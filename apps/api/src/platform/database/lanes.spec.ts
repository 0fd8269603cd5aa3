import { EventEmitter } from 'node:events';
import { asLongRead, asRequest, currentLane, laneSizes } from './lanes.js';
import { BATCHES, within, Work } from './work.js';

describe('laneSizes', () => {
  it.each([
    [1, { shared: 1, requests: 1, longReads: 1 }],
    [5, { shared: 4, requests: 3, longReads: 1 }],
    [20, { shared: 16, requests: 12, longReads: 4 }],
  ])('divides %i connections', (size, sizes) => {
    expect(laneSizes(size)).toEqual(sizes);
  });
});

describe('currentLane', () => {
  it('is the one of requests while a request is handled, but not for work that outlives it', () => {
    const response = new EventEmitter();
    const lanes: string[] = [currentLane()];
    asRequest(response, () => {
      lanes.push(currentLane());
      within(new Work(BATCHES), () => lanes.push(currentLane()));
      response.emit('close');
      lanes.push(currentLane());
    });
    expect(lanes).toEqual(['fleet', 'requests', 'fleet', 'fleet']);
  });

  it('is the one of long reads for these only', async () => {
    await expect(asLongRead(() => Promise.resolve(currentLane()))).resolves.toBe('long reads');
    expect(currentLane()).toBe('fleet');
  });
});
