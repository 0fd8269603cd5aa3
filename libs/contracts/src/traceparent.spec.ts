import { formatTraceparent, parseTraceparent } from './traceparent.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it.each(['00', '01', 'ff'])('is formatted as it was parsed, with flags %s', (flags) => {
    const text = `00-${TRACE_ID}-${SPAN_ID}-${flags}`;
    const parsed = parseTraceparent(text);
    expect(parsed).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: Number.parseInt(flags, 16) });
    expect(parsed && formatTraceparent(parsed)).toBe(text);
  });

  it.each([
    undefined,
    null,
    1,
    '',
    `01-${TRACE_ID}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${SPAN_ID}`,
    `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`,
    `00-${'0'.repeat(32)}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `00-${TRACE_ID}-${SPAN_ID}-01-more`,
    `00-${TRACE_ID}-${SPAN_ID}-01","x":"`,
  ])('is rejected: %s', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});
