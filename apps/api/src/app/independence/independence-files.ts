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
import { envKey, parseEnvFlags, withEnvFlags } from './env-file.js';

/** A disk that takes longer is as good as full: the answer says that the file does not hold the switch yet. */
const PATIENCE_MS = 5_000;
/** One character for each byte, both ways. */
const BYTES = 'latin1';

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
export class IndependenceFiles implements BeforeApplicationShutdown {
  private readonly envPath: string;
  private readonly jsonPath: string;
  private readonly envFile: FileWriter;
  private readonly jsonFile: FileWriter;
  private readonly records = new Map<string, { record: SwitchRecord; version: number }>();
  /** In the order of the file; undefined when an id has come that is not in it. */
  private sortedIds: string[] | undefined;
  /** Lines of `.env` that the database knows, by key: several ids may share one, and a key does not tell the id. */
  private readonly envFlags = new Map<string, boolean>();
  /** Lines of `.env` whose orchestrators were deleted. */
  private readonly endedKeys = new Set<string>();
  /** Lines of `.env` as they were at the start. */
  private firstEnvFlags = new Map<string, boolean>();
  /** `.env` as it was read last: a file that is gone comes back with what an operator wrote into it. */
  private envText = '';
  /** False for one in another encoding, whose text then has one character for each byte. */
  private isEnvText = true;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    keptFiles: KeptFiles,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.envPath = join(settings.configDir, '.env');
    this.jsonPath = join(settings.configDir, 'orchestrator_independence.json');
    this.envFile = keptFiles.writer(this.envPath, () => this.envContent());
    this.jsonFile = keptFiles.writer(this.jsonPath, () => this.jsonContent());
  }

  /** Reads what the files remember. A missing or unreadable file remembers nothing. */
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

  /** The flag that the files have of an orchestrator; undefined when it was never switched. */
  remembered(orchestratorId: string): boolean | undefined {
    const key = envKey(orchestratorId);
    return (
      this.records.get(orchestratorId)?.record.is_independent ??
      this.envFlags.get(key) ??
      this.firstEnvFlags.get(key)
    );
  }

  /**
   * Takes over a switch from the database, which is the truth; the files follow within moments.
   * @param version the database's number of the switch: one that is announced late does not replace a newer one
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
   * Lets go of an orchestrator that was deleted; the files follow within moments. Another id may share its key in
   * `.env`: record what the database has afterwards.
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

  /** Says which of the files hold everything that was recorded before, once they do. Never rejects. */
  async persisted(): Promise<FilesPersisted> {
    const [env_file, json_file] = await Promise.all([isDurable(this.envFile), isDurable(this.jsonFile)]);
    return { env_file, json_file };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lastWrites.settle(this.persisted());
  }

  /** An operator may have written to the file since it was written last: their lines stay. */
  private async envContent(): Promise<FileContent> {
    this.envText = (await this.readEnv()) ?? this.envText;
    const lines = withEnvFlags(this.envText, this.envFlags, this.endedKeys);
    return this.isEnvText ? lines : Buffer.from([...lines].join(''), BYTES);
  }

  /** The lines of orchestrators are ASCII; in another encoding than UTF-8 the rest is kept byte by byte. */
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

  /** Made piece by piece while it is written: the text of a large fleet at once would hold heartbeats up. */
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

  /** The file is about to be written from the database: keeps what it has, for someone to mend. */
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
    // It is in the log and in health, and is tried again.
    return false;
  }
}
