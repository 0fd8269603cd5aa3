import { itIsOneController } from '../support/several-controllers.js';

/** The port of tcpmux, where nothing listens. */
const NOWHERE = 'redis://127.0.0.1:1';

describe('two controllers while Redis is away', () => {
  itIsOneController(() => NOWHERE);
});
