import { loadSettings, SettingsError } from './settings.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET: 'x'.repeat(40),
  SUPERADMIN_PASSWORD: 'a long secret',
};

describe('loadSettings', () => {
  it('has the defaults of the contract', () => {
    expect(loadSettings({ CONTROLLER_DATA_DIR: '/data' })).toEqual({
      production: false,
      host: '0.0.0.0',
      port: 8765,
      dataDir: '/data',
      configDir: '/data/config',
      database: { mode: 'embedded' },
      devBearerToken: 'fake-dev-token',
      superadmin: { email: 'admin@moolai.local', password: 'moolai-dev' },
      jwtSecret: expect.any(String) as unknown,
      jwtPreviousSecret: undefined,
      loginMaxFailures: 10,
      oidc: undefined,
      corsOrigins: [],
      trustProxy: 0,
      heartbeatIntervalSec: 30,
      heartbeatTtlSec: 120,
      heartbeatPokerEnabled: false,
      orchestratorAuth: 'open',
      logLevel: 'info',
      logFormat: 'pretty',
      activityBufferSize: 10_000,
      activityRetentionHours: 168,
      messageRetentionDays: 30,
      monitoringRetentionDays: 14,
      messageAckTimeoutSec: 10,
      messageMaxAttempts: 5,
      demoFleet: 6,
    });
  });

  it.each([
    ['CONTROLLER_PORT', 'http'],
    ['CONTROLLER_PORT', '70000'],
    ['HEARTBEAT_INTERVAL_SEC', '0'],
    ['HEARTBEAT_TTL_SEC', '30'],
    ['HEARTBEAT_POKER_ENABLED', 'maybe'],
    ['ORCHESTRATOR_AUTH', 'closed'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['DEMO_FLEET', '-1'],
    ['CORS_ORIGINS', '*'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,,10.0.0.2'],
    ['SUPERADMIN_EMAIL', 'nobody'],
    ['JWT_SECRET_FILE', '/does/not/exist'],
  ])('names %s when it is %s, and not its value', (name, value) => {
    expect(() => loadSettings({ [name]: value })).toThrow(SettingsError);
    expect(() => loadSettings({ [name]: value })).toThrow(name);
  });

  it('trusts as many proxies as it is told, or those of networks', () => {
    expect(loadSettings({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
    expect(loadSettings({ TRUST_PROXY: '10.0.0.0/8, fd00::1' }).trustProxy).toEqual([
      '10.0.0.0/8',
      'fd00::1',
    ]);
  });

  it('takes an external database when a host is given', () => {
    expect(loadSettings({ DATABASE_HOST: 'db', DATABASE_PORT: '6543' }).database).toEqual({
      mode: 'external',
      host: 'db',
      port: 6543,
      user: 'moolai',
      password: '',
      database: 'moolai_controller',
    });
  });

  it('is strict in production: own secrets, credentials for orchestrators, no default token', () => {
    expect(loadSettings(PRODUCTION)).toMatchObject({
      orchestratorAuth: 'token',
      devBearerToken: undefined,
      logFormat: 'json',
    });
    for (const name of ['JWT_SECRET', 'SUPERADMIN_PASSWORD']) {
      expect(() => loadSettings({ ...PRODUCTION, [name]: '' })).toThrow(name);
    }
    expect(() => loadSettings({ ...PRODUCTION, DEV_BEARER_TOKEN: 'fake-dev-token' })).toThrow(
      'DEV_BEARER_TOKEN',
    );
  });
});
