import { Writable } from 'node:stream';
import { createLogger } from './logger.js';

const SECRET = 'hunter2';

class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

describe('a line of the log', () => {
  let sink: Sink;

  beforeEach(() => (sink = new Sink()));

  function logger(logFormat: 'json' | 'pretty' = 'json') {
    return createLogger({ logLevel: 'debug', logFormat }, sink);
  }

  it.each([
    'database_url',
    'redis_url',
    'environment_variables',
    'authorization',
    'cookie',
    'set-cookie',
    'token',
    'password',
    'refresh_token',
    'accessToken',
    'newPassword',
    'credential',
    'secret',
    'api_key',
    'passwordHash',
  ])('contains no value of %s at any depth', (name) => {
    const fields = { [name]: SECRET };
    logger().info({ ...fields, request: { headers: { ...fields, list: [{ a: { ...fields } }] } } }, 'x');
    expect(sink.text).toContain(name);
    expect(sink.text).not.toContain(SECRET);
    expect(sink.text.match(/\[redacted\]/g)).toHaveLength(3);
  });

  it.each(['json', 'pretty'] as const)('contains none in the form %s', (format) => {
    logger(format).warn({ nested: { password: SECRET } }, 'x');
    expect(sink.text).toContain('x');
    expect(sink.text).not.toContain(SECRET);
  });

  it('contains neither parameters nor the row of a failed statement', () => {
    const failure = Object.assign(new Error('postgres://me:hunter2@host is away'), {
      code: '23505',
      query: 'UPDATE users SET email = $1',
      parameters: [SECRET],
      detail: `Failing row contains (${SECRET})`,
      driverError: { detail: SECRET },
    });
    logger().error({ err: failure, cause: { error: failure } }, 'x');
    expect(sink.text).not.toContain(SECRET);
    expect(JSON.parse(sink.text)).toMatchObject({
      err: {
        type: 'Error',
        message: 'postgres://********@host is away',
        code: '23505',
        query: failure.query,
      },
    });
  });

  it('keeps all other fields', () => {
    logger().info(
      { orchestrator_id: 'a', token_id: 't', at: new Date(0), none: null, n: [1, { b: 2 }] },
      'x',
    );
    expect(JSON.parse(sink.text)).toMatchObject({
      level: 'info',
      msg: 'x',
      orchestrator_id: 'a',
      token_id: 't',
      at: '1970-01-01T00:00:00.000Z',
      none: null,
      n: [1, { b: 2 }],
    });
  });

  it('ends at circular references', () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    logger().info(circle, 'x');
    expect(sink.text).toContain('"msg":"x"');
  });
});
