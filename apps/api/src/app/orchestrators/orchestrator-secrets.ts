import { Injectable } from '@nestjs/common';
import type { OrchestratorDescription } from '@moolai/contracts';
import { SecretBox, type SecretPlace } from '../../platform/secrets/secret-box.js';

const TABLE = 'orchestrator_instances';

/** The encrypted columns. */
export interface SecretColumns {
  databaseUrl: string | null;
  redisUrl: string | null;
  /** The API writes strings; plain SQL may write anything. */
  environmentVariables: Record<string, unknown>;
}

/** Re-encrypted columns, and the missing keys of unreadable values. */
export interface Resealed {
  columns: SecretColumns;
  unreadableKeyIds: string[];
}

/** The secrets that an administrator sets. */
type SecretFields = Pick<OrchestratorDescription, 'database_url' | 'redis_url' | 'environment_variables'>;

/** Encrypts the secrets of orchestrators. The controller itself never uses their plain text. */
@Injectable()
export class OrchestratorSecrets {
  constructor(private readonly box: SecretBox) {}

  /** Prefix of values that need no re-encryption. */
  get currentPrefix(): string {
    return this.box.currentPrefix;
  }

  /** Encrypts the secrets in a description. */
  seal<T extends SecretFields>(row: string, description: T): T {
    const { database_url, redis_url, environment_variables } = description;
    const sealed: SecretFields = { ...description };
    if (database_url) sealed.database_url = this.box.seal(database_url, place(row, 'database_url'));
    if (redis_url) sealed.redis_url = this.box.seal(redis_url, place(row, 'redis_url'));
    if (environment_variables) {
      sealed.environment_variables = mapped(environment_variables, (value, name) =>
        this.box.seal(value, place(row, 'environment_variables', name)),
      );
    }
    return sealed as T;
  }

  /** Decrypts secrets for comparison; unreadable ones stay as they are. */
  open(row: string, { databaseUrl, redisUrl, environmentVariables }: SecretColumns): Required<SecretFields> {
    const text = (value: string, at: SecretPlace): string => this.box.open(value, at).text ?? value;
    return {
      database_url: databaseUrl && text(databaseUrl, place(row, 'database_url')),
      redis_url: redisUrl && text(redisUrl, place(row, 'redis_url')),
      environment_variables: mapped(environmentVariables, (value, name) =>
        text(plainText(value), place(row, 'environment_variables', name)),
      ),
    };
  }

  /** Encrypts values with the first key that are plain text or use another key. */
  reseal(row: string, { databaseUrl, redisUrl, environmentVariables }: SecretColumns): Resealed {
    const unreadableKeyIds: string[] = [];
    const again = (value: string, at: SecretPlace): string => {
      if (value.startsWith(this.currentPrefix)) return value;
      const opened = this.box.open(value, at);
      if (opened.text !== undefined) return this.box.seal(opened.text, at);
      unreadableKeyIds.push(opened.keyId);
      return value;
    };
    const columns = {
      databaseUrl: databaseUrl && again(databaseUrl, place(row, 'database_url')),
      redisUrl: redisUrl && again(redisUrl, place(row, 'redis_url')),
      environmentVariables: mapped(environmentVariables, (value, name) =>
        again(plainText(value), place(row, 'environment_variables', name)),
      ),
    };
    return { columns, unreadableKeyIds };
  }
}

function place(row: string, column: string, key?: string): SecretPlace {
  return { column: `${TABLE}.${column}${key === undefined ? '' : `.${key}`}`, row };
}

function mapped<T>(
  values: Record<string, T>,
  change: (value: T, name: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
