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
  ])('reads %s', (text) => {
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

  it('refuses nesting without end, and binary frames', () => {
    const deep = `{"type":"recommendation","orchestrator_id":"a","recommendation":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`;
    expect(codeOf(deep)).toBe('invalid_message');
    expect(codeOf('{"type":"i_am_alive","orchestrator_id":"a"}', true)).toBe('invalid_message');
  });

  it('repeats nothing of what was sent', () => {
    const frame = parseFrame(Buffer.from('{"type":"secret-token-123"}'), false);
    expect(JSON.stringify(frame)).not.toContain('secret-token-123');
  });
});
