import { parseFrame } from './frame.parser.js';

function codeOf(text: string, isBinary = false): string {
  const frame = parseFrame(Buffer.from(text), isBinary);
  return 'code' in frame ? frame.code : 'message';
}

describe('parseFrame', () => {
  it.each([
    '{"type":"register","orchestrator_id":"a","from_the_future":1}',
    '{"type":"i_am_alive","orchestrator_id":"a"}',
    '{"type":"i_am_alive","orchestrator_id":"a","health_status":{"status":"ok"}}',
    '{"type":"monitoring","orchestrator_id":"a","metrics":{"x":1.5}}',
    '{"type":"recommendation","orchestrator_id":"a","recommendation":{}}',
    '{"type":"config_ack","orchestrator_id":"a","config_version":1,"status":"applied"}',
    '{"type":"message_ack","message_id":1,"status":"delivered"}',
  ])('parses %s', (text) => {
    expect(codeOf(text)).toBe('message');
  });

  it.each([
    ['', 'invalid_json'],
    ['{', 'invalid_json'],
    ['[]', 'invalid_message'],
    ['null', 'invalid_message'],
    ['{"type":7}', 'invalid_message'],
    ['{"type":"toString"}', 'unknown_type'],
    ['{"type":"__proto__"}', 'unknown_type'],
    ['{"type":"i_am_alive"}', 'invalid_message'],
    ['{"type":"i_am_alive","orchestrator_id":"a b"}', 'invalid_message'],
    ['{"type":"i_am_alive","orchestrator_id":"a","health_status":"ok"}', 'invalid_message'],
    ['{"type":"register","orchestrator_id":"a","labels":{"bad key":"v"}}', 'invalid_message'],
    ['{"type":"register","orchestrator_id":"a","config_version":-1}', 'invalid_message'],
    ['{"type":"monitoring","orchestrator_id":"a","metrics":{"x":"1"}}', 'invalid_message'],
    ['{"type":"monitoring","orchestrator_id":"a","metrics":{"x":1e999}}', 'invalid_message'],
    ['{"type":"recommendation","orchestrator_id":"a","recommendation":{"x":"\\u0000"}}', 'invalid_message'],
    ['{"type":"recommendation","orchestrator_id":"a","recommendation":{"x":"\\ud800"}}', 'invalid_message'],
  ])('answers %s with %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('refuses excessive nesting, and binary frames', () => {
    const deep = `{"type":"recommendation","orchestrator_id":"a","recommendation":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`;
    expect(codeOf(deep)).toBe('invalid_message');
    expect(codeOf('{"type":"i_am_alive","orchestrator_id":"a"}', true)).toBe('invalid_message');
  });

  it('repeats nothing of the input', () => {
    const frame = parseFrame(Buffer.from('{"type":"secret-token-123"}'), false);
    expect(JSON.stringify(frame)).not.toContain('secret-token-123');
  });

  const ofBytes = (bytes: number): object => ({ t: 'x'.repeat(bytes - '{"t":""}'.length) });

  it.each([
    ['metadata', 16_384],
    ['features', 65_536],
  ])('refuses a registration with larger %s than %i bytes', (field, maxBytes) => {
    const parsed = (bytes: number) =>
      parseFrame(
        Buffer.from(JSON.stringify({ type: 'register', orchestrator_id: 'a', [field]: ofBytes(bytes) })),
        false,
      );
    expect(parsed(maxBytes)).toHaveProperty('message');
    expect(parsed(maxBytes + 1)).toEqual({
      code: 'invalid_message',
      detail: `${field} must not be larger than ${maxBytes} bytes as JSON`,
    });
  });

  it.each([
    { type: 'i_am_alive', orchestrator_id: 'a' },
    { type: 'monitoring', orchestrator_id: 'a', metrics: { x: 1 } },
  ])('removes an oversized health_status from $type, and reports it', (message) => {
    const parsed = (health_status: object) =>
      parseFrame(Buffer.from(JSON.stringify({ ...message, health_status })), false);
    const allowed = ofBytes(16_384);
    expect(parsed(allowed)).toEqual({ message: { ...message, health_status: allowed } });
    expect(parsed(ofBytes(16_385))).toEqual({
      message,
      omission: 'health_status must not be larger than 16384 bytes as JSON; the rest of the message counts',
    });
  });

  it('counts the bytes of reserialized numbers', () => {
    const health = `[${'1e20,'.repeat(800)}1]`;
    const frame = `{"type":"i_am_alive","orchestrator_id":"a","health_status":{"a":${health}}}`;
    expect(frame.length).toBeLessThan(16_384 / 4);
    expect(parseFrame(Buffer.from(frame), false)).toHaveProperty('omission');
  });
});
