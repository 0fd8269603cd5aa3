import { parseFrame } from '@moolai/api';
import fc from 'fast-check';
import { near } from '../support/near-frames.js';
import { readProtocolDocument } from '../support/protocol-document.js';

const { messages } = readProtocolDocument();
const RUNS = 4_000;
/** Fixed, so that the frames are reproducible and include every limit. */
const SEED = 1;

describe('the schemas of docs/asyncapi.yaml', () => {
  it.each(messages.filter(({ from }) => from === 'orchestrator'))(
    'accept exactly the $name frames that the gateway accepts',
    ({ schema, accepts }) => {
      let accepted = 0;
      fc.assert(
        fc.property(near(schema), (frame) => {
          const isAccepted = accepts(frame);
          accepted += Number(isAccepted);
          const answer = parseFrame(Buffer.from(JSON.stringify(frame)), false);
          const expected = isAccepted
            ? { message: frame }
            : { code: 'invalid_message', detail: expect.any(String) as string };
          expect(answer).toEqual(expected);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      // Both outcomes were covered.
      expect(accepted).toBeGreaterThan(RUNS / 4);
      expect(RUNS - accepted).toBeGreaterThan(RUNS / 50);
    },
  );
});
