import { loadSettings, SettingsError } from './settings.js';

/** Any value with enough different bytes. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));
const OTHER_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 5));

const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET: 'x'.repeat(40),
  SUPERADMIN_PASSWORD: 'a long secret',
  CONTROLLER_ENCRYPTION_KEY: KEY.toString('base64'),
};

describe('loadSettings', () => {
  it('uses the defaults of the contract', () => {
    expect(loadSettings({ CONTROLLER_DATA_DIR: '/data' })).toEqual({
      production: false,
      instanceId: expect.stringMatching(/^.+-[0-9a-f]{6}$/) as string,
      host: '0.0.0.0',
      port: 8765,
      dataDir: '/data',
      configDir: '/data/config',
      database: { mode: 'embedded' },
      migrateAtStart: true,
      migrationWaitSec: 600,
      databasePoolSize: undefined,
      takeoverWaitSec: 20,
      redis: undefined,
      devBearerToken: 'fake-dev-token',
      superadmin: { email: 'admin@moolai.local', password: undefined },
      jwtSecret: expect.any(String) as unknown,
      jwtPreviousSecret: undefined,
      loginMaxFailures: 10,
      oidc: undefined,
      encryptionKeys: [],
      corsOrigins: [],
      trustProxy: 0,
      publicUrl: undefined,
      keepAliveSec: 125,
      heartbeatIntervalSec: 30,
      heartbeatTtlSec: 120,
      heartbeatPokerEnabled: false,
      orchestratorAuth: 'open',
      metricsToken: undefined,
      otlpEndpoint: undefined,
      logLevel: 'info',
      logFormat: 'pretty',
      logBufferBytes: 16_777_216,
      activityBufferSize: 10_000,
      activityRetentionHours: 168,
      messageRetentionDays: 30,
      monitoringRetentionDays: 14,
      messageAckTimeoutSec: 10,
      messageMaxAttempts: 5,
      messageIdSwapAfterHours: 24,
      backup: { dir: undefined, intervalHours: 24, keepCount: 14, keepDays: 30, passphrase: undefined },
      limits: {
        connectionOutputKb: 4_096,
        frameBufferMb: 64,
        bodyBufferMb: 64,
        inboxBufferMb: 64,
        liveStateBufferMb: 64,
        activityBufferMb: 32,
        ackBufferMb: 32,
        traceBufferMb: 4,
        metricNamesPerOrchestrator: 1_000,
        metricNamesPerOrganization: 5_000,
      },
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
    ['LOG_BUFFER_BYTES', '1'],
    ['INSTANCE_ID', 'two words'],
    ['BUS_URL', 'nats://bus:4222'],
    ['DATABASE_POOL_SIZE', '3'],
    ['MIGRATION_WAIT_SEC', '0'],
    ['TAKEOVER_WAIT_SEC', 'long'],
    ['DEMO_FLEET', '-1'],
    ['CORS_ORIGINS', '*'],
    ['METRICS_TOKEN', 'two words'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['TRUST_PROXY', 'true'],
    ['PUBLIC_URL', 'console.example.com'],
    ['HTTP_KEEP_ALIVE_SEC', '0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,,10.0.0.2'],
    ['SUPERADMIN_EMAIL', 'nobody'],
    ['BACKUP_INTERVAL_HOURS', '0'],
    ['BACKUP_KEEP_COUNT', '0'],
    ['BACKUP_KEEP_DAYS', 'all'],
    ['BACKUP_PASSPHRASE', 'tooshort'],
    ['INBOX_BUFFER_MB', '7'],
    ['FRAME_BUFFER_MB', '0'],
    ['BODY_BUFFER_MB', '1'],
    ['ACK_BUFFER_MB', '0'],
    ['TRACE_BUFFER_MB', '0.5'],
    ['LIVE_STATE_BUFFER_MB', '0'],
    ['ACTIVITY_BUFFER_MB', 'much'],
    ['METRIC_NAMES_PER_ORCHESTRATOR', '0'],
    ['METRIC_NAMES_PER_ORGANIZATION', '1e3'],
    ['DATABASE_MIGRATE_AT_START', 'later'],
    ['JWT_SECRET_FILE', '/does/not/exist'],
    ['CONTROLLER_ENCRYPTION_KEY', 'too short'],
    ['CONTROLLER_ENCRYPTION_KEY', `${'ab'.repeat(32)},`],
    ['CONTROLLER_ENCRYPTION_KEY', `${'a'.repeat(44)}`],
  ])('names %s when it is %s, without its value', (name, value) => {
    expect(() => loadSettings({ [name]: value })).toThrow(SettingsError);
    expect(() => loadSettings({ [name]: value })).toThrow(name);
  });

  it('trusts the given number or networks of proxies', () => {
    expect(loadSettings({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
    expect(loadSettings({ TRUST_PROXY: '10.0.0.0/8, fd00::1' }).trustProxy).toEqual([
      '10.0.0.0/8',
      'fd00::1',
    ]);
  });

  it('uses an external database when a host is given', () => {
    expect(loadSettings({ DATABASE_HOST: 'db', DATABASE_PORT: '6543' }).database).toEqual({
      mode: 'external',
      host: 'db',
      port: 6543,
      user: 'moolai',
      password: expect.any(Function) as unknown,
      rotation: expect.any(Object) as unknown,
      database: 'moolai_controller',
      ssl: false,
    });
  });

  it('is strict in production: custom secrets, credentials for orchestrators, no default token', () => {
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
    const typed = { ...PRODUCTION, CONTROLLER_ENCRYPTION_KEY: '00'.repeat(32) };
    expect(() => loadSettings(typed)).toThrow('CONTROLLER_ENCRYPTION_KEY');
  });

  it('accepts encryption keys in both formats, with the first one to encrypt', () => {
    const CONTROLLER_ENCRYPTION_KEY = ` ${KEY.toString('hex')} , ${OTHER_KEY.toString('base64url')}`;
    expect(loadSettings({ CONTROLLER_ENCRYPTION_KEY }).encryptionKeys).toEqual([KEY, OTHER_KEY]);
  });
});
