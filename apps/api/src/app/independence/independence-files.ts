import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { isId, isJsonObject } from '@moolai/contracts';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import type { FileWriter } from '../../platform/files/file-writer.js';
import { KeptFiles } from '../../platform/files/kept-files.js';
import { EncodingError, readText } from '../../platform/files/read-text.js';
import type { FileContent } from '../../platform/files/replace-file.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { settleWithin } from '../../platform/process/settle-within.js';
import { FilesElsewhere, type FilesPersisted } from './files-elsewhere.js';
import { envKey, parseEnvFlags, withEnvFlags } from './env-file.js';

/** After this time a slow disk counts as full: the answer reports that the file does not hold the switch yet. */
const PATIENCE_MS = 5_000;
/** Maps each byte to one character, both ways. */
const BYTES = 'latin1';

/** One switched orchestrator in `orchestrator_independence.json` (contract section 4). */
export interface SwitchRecord {
  is_independent: boolean;
  updated_at: string;
  updated_by: string;
}

/**
 * The two files that mirror independence (contract section 4): `.env` and `orchestrator_independence.json`. At start
 * they restore the flags of a lost database; afterwards they follow the database.
 */
@Injectable()
export class IndependenceFiles implements BeforeApplicationShutdown {
  private readonly envPath: string;
  private readonly jsonPath: string;
  private readonly envFile: FileWriter;
  private readonly jsonFile: FileWriter;
  private readonly records = new Map<string, { record: SwitchRecord; version: number }>();
  /** In file order; undefined after a new id was added. */
  private sortedIds: string[] | undefined;
  /** `.env` flags known to the database, by key: several ids may share one, and the id cannot be derived from it. */
  private readonly envFlags = new Map<string, boolean>();
  /** `.env` keys of deleted orchestrators. */
  private readonly endedKeys = new Set<string>();
  /** `.env` flags at the start. */
  private firstEnvFlags = new Map<string, boolean>();
  /** The last content of `.env`, so that a deleted file is restored with the operator's lines. */
  private envText = '';
  /** False for another encoding; the text then has one character per byte. */
  private isEnvText = true;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly keptFiles: KeptFiles,
    private readonly elsewhere: FilesElsewhere,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.envPath = join(settings.configDir, '.env');
    this.jsonPath = join(settings.configDir, 'orchestrator_independence.json');
    this.envFile = keptFiles.writer(this.envPath, () => this.envContent());
    this.jsonFile = keptFiles.writer(this.jsonPath, () => this.jsonContent());
    elsewhere.answerWith(() => this.ownPersisted());
  }

  /** Reads the stored flags. A missing or unreadable file has none. */
  async load(): Promise<void> {
    this.envText = (await this.tryReadEnv()) ?? '';
    this.firstEnvFlags = parseEnvFlags(this.envText);
    try {
      const text = await readText(this.jsonPath);
      if (text !== undefined) this.loadRecords(JSON.parse(text));
    } catch (error) {
      await this.setAside(this.jsonPath, error as Error);
    }
  }

  /** True if this controller writes the files. */
  get isKeeper(): boolean {
    return this.keptFiles.isKeeper;
  }

  /** The stored flag of an orchestrator; undefined if it was never switched. */
  remembered(orchestratorId: string): boolean | undefined {
    const key = envKey(orchestratorId);
    return (
      this.records.get(orchestratorId)?.record.is_independent ??
      this.envFlags.get(key) ??
      this.firstEnvFlags.get(key)
    );
  }

  /**
   * Records a switch from the database; the files follow within moments.
   * @param version the database's number of the switch, so that a late announcement does not replace a newer one
   */
  record(orchestratorId: string, record: SwitchRecord, version: number): void {
    const known = this.records.get(orchestratorId);
    if (known && known.version > version) return;
    this.records.set(orchestratorId, { record, version });
    if (!known) this.sortedIds = undefined;
    if (!known || !isSameSwitch(known.record, record)) this.jsonFile.changed();
    const key = envKey(orchestratorId);
    if (this.envFlags.get(key) === record.is_independent) return;
    this.envFlags.set(key, record.is_independent);
    this.endedKeys.delete(key);
    this.envFile.changed();
  }

  /** The ids that {@link remembered} knows by name. */
  ids(): string[] {
    return [...this.records.keys()];
  }

  /**
   * Removes a deleted orchestrator; the files follow within moments. Another id may share its key in `.env`: record the
   * database's flag of that one afterwards.
   */
  forget(orchestratorId: string): void {
    const key = envKey(orchestratorId);
    if (!this.records.delete(orchestratorId) && !this.envFlags.has(key) && !this.firstEnvFlags.has(key))
      return;
    this.envFlags.delete(key);
    this.firstEnvFlags.delete(key);
    this.endedKeys.add(key);
    this.jsonFile.changed();
    this.envFile.changed();
  }

  /** Waits for pending writes, and returns which of the files hold all recorded switches. Never rejects. */
  persisted(): Promise<FilesPersisted> {
    return this.keptFiles.isKeeper ? this.ownPersisted() : this.elsewhere.persisted();
  }

  private async ownPersisted(): Promise<FilesPersisted> {
    const [env_file, json_file] = await Promise.all([isDurable(this.envFile), isDurable(this.jsonFile)]);
    return { env_file, json_file };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lastWrites.settle(this.ownPersisted());
  }

  /** Keeps lines that an operator added since the last write. */
  private async envContent(): Promise<FileContent> {
    this.envText = (await this.readEnv()) ?? this.envText;
    const lines = withEnvFlags(this.envText, this.envFlags, this.endedKeys);
    return this.isEnvText ? lines : Buffer.from([...lines].join(''), BYTES);
  }

  /** The orchestrators' lines are ASCII; in an encoding other than UTF-8 the rest is kept byte by byte. */
  private async readEnv(): Promise<string | undefined> {
    try {
      const text = await readText(this.envPath);
      if (text !== undefined) this.isEnvText = true;
      return text;
    } catch (error) {
      if (!(error instanceof EncodingError)) throw error;
      if (this.isEnvText) {
        this.logger.warn(
          { file: this.envPath },
          `${error.message}; what orchestrators do not need of it stays as it is`,
        );
      }
      this.isEnvText = false;
      return error.bytes.toString(BYTES);
    }
  }

  /** Generated in pieces during the write: the text of a large fleet at once would delay heartbeats. */
  private *jsonContent(): Generator<string> {
    this.sortedIds ??= [...this.records.keys()].sort();
    yield '{\n  "orchestrators": {';
    let separator = '\n';
    for (const id of this.sortedIds) {
      const known = this.records.get(id);
      if (!known) continue;
      yield `${separator}    ${JSON.stringify(id)}: ${JSON.stringify(known.record)}`;
      separator = ',\n';
    }
    yield '\n  }\n}\n';
  }

  private loadRecords(document: unknown): void {
    const entries =
      isJsonObject(document) && isJsonObject(document['orchestrators']) ? document['orchestrators'] : {};
    for (const [id, value] of Object.entries(entries)) {
      if (!isId(id) || !isJsonObject(value) || typeof value['is_independent'] !== 'boolean') continue;
      const { is_independent, updated_at, updated_by } = value;
      const record = {
        is_independent,
        updated_at: typeof updated_at === 'string' ? updated_at : new Date(0).toISOString(),
        updated_by: typeof updated_by === 'string' ? updated_by : 'unknown',
      };
      this.records.set(id, { record, version: -1 });
    }
  }

  /** Keeps a copy of an unreadable file for an operator, before it is overwritten from the database. */
  private async setAside(file: string, error: Error): Promise<void> {
    const kept_as = `${file}.refused`;
    const isKept = await copyFile(file, kept_as).then(
      () => true,
      () => false,
    );
    const what = error instanceof SyntaxError ? 'not JSON' : 'cannot be read';
    this.logger.warn({ file, ...(isKept && { kept_as }) }, `${what}, so it gives nothing: ${error.message}`);
  }

  private async tryReadEnv(): Promise<string | undefined> {
    try {
      return await this.readEnv();
    } catch (error) {
      const { message } = error as Error;
      this.logger.warn({ file: this.envPath }, `cannot be read, so it gives nothing: ${message}`);
      return undefined;
    }
  }
}

function isSameSwitch(one: SwitchRecord, other: SwitchRecord): boolean {
  return (
    one.is_independent === other.is_independent &&
    one.updated_at === other.updated_at &&
    one.updated_by === other.updated_by
  );
}

async function isDurable(file: FileWriter): Promise<boolean> {
  try {
    return await settleWithin(file.flush(), PATIENCE_MS);
  } catch {
    // Logged, reported by health, and retried.
    return false;
  }
}
