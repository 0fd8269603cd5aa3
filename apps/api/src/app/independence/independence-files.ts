import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isId, isJsonObject } from '@moolai/contracts';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { FileWriter } from '../../platform/files/file-writer.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { envKey, parseEnvFlags, withEnvFlags } from './env-file.js';

/** One switched orchestrator in `orchestrator_independence.json` (contract section 4). */
export interface SwitchRecord {
  is_independent: boolean;
  updated_at: string;
  updated_by: string;
}

/** Which of the two files hold the newest switches. */
export interface FilesPersisted {
  env_file: boolean;
  json_file: boolean;
}

/**
 * The two files that carry independence beside the database (contract section 4): `.env` and
 * `orchestrator_independence.json`. At start they are what a lost database comes back from;
 * afterwards they follow the database.
 */
@Injectable()
export class IndependenceFiles {
  private readonly envPath: string;
  private readonly jsonPath: string;
  private readonly envFile: FileWriter;
  private readonly jsonFile: FileWriter;
  private readonly records = new Map<string, SwitchRecord>();
  /** Lines of `.env` by key: several ids may share one, and a key alone does not tell the id. */
  private envFlags = new Map<string, boolean>();
  private envText = '';

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.envPath = join(settings.configDir, '.env');
    this.jsonPath = join(settings.configDir, 'orchestrator_independence.json');
    this.envFile = new FileWriter(this.envPath);
    this.jsonFile = new FileWriter(this.jsonPath);
  }

  /** Reads what the files remember. A missing or unreadable file remembers nothing. */
  async load(): Promise<void> {
    this.envText = (await this.readText(this.envPath)) ?? '';
    this.envFlags = parseEnvFlags(this.envText);
    const text = await this.readText(this.jsonPath);
    if (text === undefined) return;
    try {
      this.loadRecords(JSON.parse(text));
    } catch (error) {
      this.logger.warn({ file: this.jsonPath }, `not JSON, so it gives nothing: ${(error as Error).message}`);
    }
  }

  /** The flag that the files have of an orchestrator; undefined when it was never switched. */
  remembered(orchestratorId: string): boolean | undefined {
    return this.records.get(orchestratorId)?.is_independent ?? this.envFlags.get(envKey(orchestratorId));
  }

  /** Takes over switches from the database, which is the truth. Does not write. */
  record(orchestratorId: string, record: SwitchRecord): void {
    this.records.set(orchestratorId, record);
    this.envFlags.set(envKey(orchestratorId), record.is_independent);
  }

  /** Writes both files; says which of them succeeded. */
  async write(): Promise<FilesPersisted> {
    const sorted = [...this.records].sort(([a], [b]) => (a < b ? -1 : 1));
    const json = `${JSON.stringify({ orchestrators: Object.fromEntries(sorted) }, null, 2)}\n`;
    const [env_file, json_file] = await Promise.all([
      this.tryWrite(this.envFile, this.envPath, withEnvFlags(this.envText, this.envFlags)),
      this.tryWrite(this.jsonFile, this.jsonPath, json),
    ]);
    return { env_file, json_file };
  }

  private async tryWrite(file: FileWriter, path: string, content: string): Promise<boolean> {
    try {
      await file.write(content);
      return true;
    } catch (error) {
      this.logger.error({ file: path }, `cannot be written: ${(error as Error).message}`);
      return false;
    }
  }

  private loadRecords(document: unknown): void {
    const entries =
      isJsonObject(document) && isJsonObject(document['orchestrators']) ? document['orchestrators'] : {};
    for (const [id, value] of Object.entries(entries)) {
      if (!isId(id) || !isJsonObject(value) || typeof value['is_independent'] !== 'boolean') continue;
      const { is_independent, updated_at, updated_by } = value;
      this.records.set(id, {
        is_independent,
        updated_at: typeof updated_at === 'string' ? updated_at : new Date(0).toISOString(),
        updated_by: typeof updated_by === 'string' ? updated_by : 'unknown',
      });
    }
  }

  private async readText(path: string): Promise<string | undefined> {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.logger.warn({ file: path }, `cannot be read, so it gives nothing: ${(error as Error).message}`);
      }
      return undefined;
    }
  }
}
