import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeText, EncodingError } from '../files/read-text.js';
import { readBackup, type BackupSettings } from './backup-settings.js';
import { refuseComingSettings } from './coming-settings.js';
import { readDatabase, readPoolSize, type DatabaseSettings } from './database-settings.js';
import { DEV_JWT_SECRET, DEV_PASSWORD, DEV_TOKEN } from './default-secrets.js';
import { looksRandom, parseEncryptionKeys } from './encryption-key.setting.js';
import { readInstanceId } from './instance-settings.js';
import { readLimits, type LimitSettings } from './limit-settings.js';
import { readLog, type LogSettings } from './log-settings.js';
import { readOidc, type OidcSettings } from './oidc-settings.js';
import { readProxy, type ProxySettings } from './proxy-settings.js';
import { readRedis, type RedisSettings } from './redis-settings.js';

/** A setting is missing or invalid. The message names the variable, never its value. */
export class SettingsError extends Error {}

/** All settings from the environment, read and checked once at start (contract section 1). */
export interface Settings extends LogSettings, ProxySettings {
  production: boolean;
  /** The name of this process among the controllers of a fleet. */
  instanceId: string;
  /** Address of the HTTP and WebSocket listener. */
  host: string;
  port: number;
  /** Absolute path of the embedded database and, by default, of the configuration files. */
  dataDir: string;
  /** Absolute path of the three configuration files (contract section 4). */
  configDir: string;
  database: DatabaseSettings;
  /** If false, only `npm run migrate` migrates, and a start on an older schema fails. */
  migrateAtStart: boolean;
  /** How long a start or a command waits for another process that migrates, in seconds. */
  migrationWaitSec: number;
  /** Pool size for requests and batches; undefined for as many as the server's limits allow, up to 20. */
  databasePoolSize: number | undefined;
  /** How long a start waits for the previous controller on the database to end, in seconds. */
  takeoverWaitSec: number;
  /** What several controllers of one database share; undefined for the only one. */
  redis: RedisSettings | undefined;
  /** A bearer token with all permissions; undefined if it is not set in production. */
  devBearerToken: string | undefined;
  /** Without a password, the first start generates one. */
  superadmin: { email: string; password: string | undefined };
  jwtSecret: string;
  /** The previous secret: tokens signed with it stay valid; new ones use the current secret. */
  jwtPreviousSecret: string | undefined;
  /**
   * Keys for secrets in the database, the encrypting one first; if empty, the file under the data directory is used.
   */
  encryptionKeys: Buffer[];
  /** Failed sign-ins of one account from one address within 15 minutes. */
  loginMaxFailures: number;
  /** Undefined without OpenID Connect. */
  oidc: OidcSettings | undefined;
  corsOrigins: string[];
  heartbeatIntervalSec: number;
  heartbeatTtlSec: number;
  /** Pings an orchestrator that has sent no heartbeat for half of the TTL. */
  heartbeatPokerEnabled: boolean;
  orchestratorAuth: 'open' | 'token';
  /** Bearer token that `/metrics` requires; undefined leaves it open. */
  metricsToken: string | undefined;
  /** OTLP/HTTP base URL of a trace collector; undefined disables tracing. */
  otlpEndpoint: string | undefined;
  /** Number of events kept in memory for the activity list and for resuming streams. */
  activityBufferSize: number;
  /** Maximum age of those events, in hours. */
  activityRetentionHours: number;
  /** How long settled messages are kept, in days. */
  messageRetentionDays: number;
  /** How long monitoring samples are kept, in days. */
  monitoringRetentionDays: number;
  /** An unacknowledged message is sent again after this time, then after twice the time, and so on. */
  messageAckTimeoutSec: number;
  /** A message that was sent this often without an acknowledgement fails. */
  messageMaxAttempts: number;
  /** How long after the migration message ids are switched to 64 bits; until then the previous version still works. */
  messageIdSwapAfterHours: number;
  backup: BackupSettings;
  limits: LimitSettings;
  /** Number of simulated orchestrators started with the embedded database. */
  demoFleet: number;
}

/** Settings of the storage, including backups. */
export type StorageSettings = Pick<
  Settings,
  'dataDir' | 'configDir' | 'database' | 'migrationWaitSec' | 'backup'
>;

/** Reads and checks the variables of one environment. */
class EnvironmentReader {
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** The value of `name`, or the content of the file that `<name>_FILE` names; empty counts as missing. */
  text(name: string): string | undefined {
    const value = this.env[name];
    if (value !== undefined && value !== '') return value;
    const file = this.env[`${name}_FILE`];
    if (!file) return undefined;
    try {
      return decodeText(readFileSync(file)).trim() || undefined;
    } catch (error) {
      const why = error instanceof EncodingError ? 'is not UTF-8' : 'cannot be read';
      throw new SettingsError(`${name}_FILE: the file it names ${why}`);
    }
  }

  isGiven(name: string): boolean {
    return Boolean(this.env[name] ?? '') || Boolean(this.env[`${name}_FILE`] ?? '');
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) {
      throw new SettingsError(`${name} must be a whole number from ${min} to ${max}`);
    }
    return value;
  }

  /** Seconds, with fractions: tests and demos send heartbeats faster than once a second. */
  seconds(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
    if (!(value >= 0.05 && value <= 86_400)) {
      throw new SettingsError(`${name} must be a number of seconds from 0.05 to 86400`);
    }
    return value;
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return fallback;
    if (['true', '1', 'yes', 'on'].includes(text)) return true;
    if (['false', '0', 'no', 'off'].includes(text)) return false;
    throw new SettingsError(`${name} must be true or false`);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const match = allowed.find((value) => value === text);
    if (match === undefined) throw new SettingsError(`${name} must be one of ${allowed.join(', ')}`);
    return match;
  }
}

function readEmail(reader: EnvironmentReader): string {
  const email = reader.text('SUPERADMIN_EMAIL') ?? 'admin@moolai.local';
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new SettingsError('SUPERADMIN_EMAIL must be an e-mail address');
  return email;
}

/** The parts of a comma-separated list. */
function readList(reader: EnvironmentReader, name: string): string[] {
  const parts = (reader.text(name) ?? '').split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}

function readOrigins(reader: EnvironmentReader): string[] {
  const wanted = readList(reader, 'CORS_ORIGINS');
  for (const origin of wanted) {
    if (!/^https?:\/\/[^/\s]+$/.test(origin)) {
      throw new SettingsError(
        'CORS_ORIGINS must be a comma-separated list of origins such as https://host:port',
      );
    }
  }
  return wanted;
}

function readOtlpEndpoint(reader: EnvironmentReader): string | undefined {
  const endpoint = reader.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint === undefined || (/^https?:\/\//.test(endpoint) && URL.canParse(endpoint))) return endpoint;
  throw new SettingsError('OTEL_EXPORTER_OTLP_ENDPOINT must be an address such as http://collector:4318');
}

/** A token that is not a valid header value would lock everyone out. */
function readMetricsToken(reader: EnvironmentReader): string | undefined {
  const token = reader.text('METRICS_TOKEN');
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  throw new SettingsError('METRICS_TOKEN must be printable ASCII without spaces');
}

/** In production a missing or default secret stops the process, because it would expose the fleet. */
function refuseDefaultSecrets(reader: EnvironmentReader): void {
  // HS256 requires a key of 256 bits (RFC 7518, section 3.2).
  for (const [name, fallback, minLength] of [
    ['JWT_SECRET', DEV_JWT_SECRET, 32],
    ['SUPERADMIN_PASSWORD', DEV_PASSWORD, 12],
  ] as const) {
    const value = reader.text(name);
    if (value === undefined || value === fallback) {
      throw new SettingsError(`${name} must be set to a secret of your own when NODE_ENV=production`);
    }
    if (value.length < minLength) {
      throw new SettingsError(`${name} must have at least ${minLength} characters when NODE_ENV=production`);
    }
  }
  for (const [name, fallback, minLength] of [
    ['DEV_BEARER_TOKEN', DEV_TOKEN, 16],
    ['JWT_SECRET_PREVIOUS', DEV_JWT_SECRET, 32],
  ] as const) {
    const value = reader.text(name);
    if (value === undefined) continue;
    if (value === fallback) {
      throw new SettingsError(`${name} must not be the default when NODE_ENV=production`);
    }
    if (value.length >= minLength) continue;
    throw new SettingsError(`${name} must have at least ${minLength} characters when NODE_ENV=production`);
  }
}

function readEncryptionKeys(reader: EnvironmentReader, production: boolean): Buffer[] {
  const name = 'CONTROLLER_ENCRYPTION_KEY';
  const text = reader.text(name);
  if (text === undefined) return [];
  const keys = parseEncryptionKeys(text);
  if (!keys) {
    throw new SettingsError(
      `${name} must be 32 bytes as base64 or hex, or several such keys separated by commas`,
    );
  }
  if (production && !keys.every(looksRandom)) {
    throw new SettingsError(`${name} must be 32 random bytes when NODE_ENV=production`);
  }
  return keys;
}

function refuse(name: string, rule: string): never {
  throw new SettingsError(`${name} ${rule}`);
}

function readStorage(reader: EnvironmentReader): StorageSettings {
  const dataDir = resolve(reader.text('CONTROLLER_DATA_DIR') ?? '.data');
  return {
    dataDir,
    configDir: resolve(reader.text('CONTROLLER_CONFIG_DIR') ?? join(dataDir, 'config')),
    database: readDatabase(reader, refuse),
    migrationWaitSec: reader.seconds('MIGRATION_WAIT_SEC', 600),
    backup: readBackup(
      (name) => reader.text(name),
      (...of) => reader.integer(...of),
      refuse,
    ),
  };
}

/**
 * Reads and checks the whole environment.
 * @throws SettingsError naming the first variable that is missing or invalid
 */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  const reader = new EnvironmentReader(env);
  const production = env['NODE_ENV'] === 'production';
  if (production) refuseDefaultSecrets(reader);
  refuseComingSettings((name) => reader.text(name), refuse);
  const settings: Settings = {
    ...readStorage(reader),
    production,
    instanceId: readInstanceId((name) => reader.text(name), refuse),
    host: reader.text('CONTROLLER_HOST') ?? '0.0.0.0',
    port: reader.integer('CONTROLLER_PORT', 8765, 0, 65_535),
    migrateAtStart: reader.boolean('DATABASE_MIGRATE_AT_START', true),
    databasePoolSize: readPoolSize(reader),
    takeoverWaitSec: reader.seconds('TAKEOVER_WAIT_SEC', 20),
    redis: readRedis((name) => reader.text(name), refuse),
    devBearerToken: reader.text('DEV_BEARER_TOKEN') ?? (production ? undefined : DEV_TOKEN),
    superadmin: { email: readEmail(reader), password: reader.text('SUPERADMIN_PASSWORD') },
    jwtSecret: reader.text('JWT_SECRET') ?? DEV_JWT_SECRET,
    jwtPreviousSecret: reader.text('JWT_SECRET_PREVIOUS'),
    loginMaxFailures: reader.integer('LOGIN_MAX_FAILURES', 10, 1, 1_000_000),
    oidc: readOidc(
      (name) => reader.text(name),
      (...of) => reader.boolean(...of),
      refuse,
    ),
    encryptionKeys: readEncryptionKeys(reader, production),
    corsOrigins: readOrigins(reader),
    ...readProxy(
      (name) => reader.text(name),
      (...of) => reader.integer(...of),
      refuse,
    ),
    heartbeatIntervalSec: reader.seconds('HEARTBEAT_INTERVAL_SEC', 30),
    heartbeatTtlSec: reader.seconds('HEARTBEAT_TTL_SEC', 120),
    heartbeatPokerEnabled: reader.boolean('HEARTBEAT_POKER_ENABLED', false),
    orchestratorAuth: reader.oneOf('ORCHESTRATOR_AUTH', ['open', 'token'], production ? 'token' : 'open'),
    metricsToken: readMetricsToken(reader),
    otlpEndpoint: readOtlpEndpoint(reader),
    ...readLog(reader, production),
    activityBufferSize: reader.integer('ACTIVITY_BUFFER_SIZE', 10_000, 100, 1_000_000),
    activityRetentionHours: reader.integer('ACTIVITY_RETENTION_HOURS', 168, 1, 100_000),
    messageRetentionDays: reader.integer('MESSAGE_RETENTION_DAYS', 30, 1, 36_500),
    monitoringRetentionDays: reader.integer('MONITORING_RETENTION_DAYS', 14, 1, 36_500),
    messageAckTimeoutSec: reader.seconds('MESSAGE_ACK_TIMEOUT_SEC', 10),
    messageMaxAttempts: reader.integer('MESSAGE_MAX_ATTEMPTS', 5, 1, 1_000),
    messageIdSwapAfterHours: reader.integer('MESSAGE_ID_SWAP_AFTER_HOURS', 24, 0, 8_760),
    limits: readLimits((...of) => reader.integer(...of)),
    demoFleet: reader.integer('DEMO_FLEET', 6, 0, 10_000),
  };
  if (settings.heartbeatTtlSec <= settings.heartbeatIntervalSec) {
    throw new SettingsError('HEARTBEAT_TTL_SEC must be greater than HEARTBEAT_INTERVAL_SEC');
  }
  return settings;
}

/** The first superadmin's address, for commands that need no other setting. */
export function readSuperadminEmail(env: NodeJS.ProcessEnv): string {
  return readEmail(new EnvironmentReader(env));
}

/** The storage settings only, for commands that need no others. */
export function loadStorageSettings(env: NodeJS.ProcessEnv): StorageSettings {
  return readStorage(new EnvironmentReader(env));
}
