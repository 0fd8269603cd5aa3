import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import {
  isJsonObject,
  type ControllerConfigDocument,
  type FleetEvent,
  type JsonObject,
} from '@moolai/contracts';
import { systemActor } from '../../platform/access/principal.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';
import type { KeptFile } from '../../platform/files/kept-file.js';
import { KeptFiles } from '../../platform/files/kept-files.js';
import { EncodingError, readText } from '../../platform/files/read-text.js';
import { replaceFile } from '../../platform/files/replace-file.js';
import { assertExact } from '../../platform/http/json-body.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { FleetEvents } from '../events/index.js';
import { editsOf, readDocument, salvageDocument } from './controller-config.document.js';
import { ControllerConfigRepository } from './controller-config.repository.js';
import { ControllerConfigService } from './controller-config.service.js';

const WRITE_DELAY_MS = 500;
/** For a fleet of tens of thousands that changes constantly, writing the file takes at most a fifth of the time. */
const PAUSE_FACTOR = 4;
/** An editor writes in several steps; only the final content counts. */
const SETTLE_MS = 200;
const RETRY_MS = 2_000;
/** The actor of a manual edit in the history. */
const HAND = 'controller_config.json';

/** No file's text begins with it, so the stand-in for an unreadable file never equals a readable one. */
const NO_TEXT = '\uFFFE';

/** True for events that change the document, which does not contain orchestrators' own levels. */
function changesDocument({ type, data }: FleetEvent): boolean {
  switch (type) {
    case 'organization.created':
    case 'organization.changed':
    case 'organization.deactivated':
    case 'orchestrator.created':
    case 'orchestrator.deleted':
    case 'orchestrator.connected':
    case 'independence.changed':
      return true;
    case 'config.changed':
      return data.level !== 'orchestrator';
    default:
      return false;
  }
}

function textOf(document: ControllerConfigDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * `controller_config.json` (contract section 4); the database takes precedence. At start the file adds what the
 * database does not have; afterwards it follows the database, and a manual edit is applied or refused as a whole.
 */
@Injectable()
export class ControllerConfigFile implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly file: KeptFile;
  private readonly path: string;
  private watcher: FSWatcher | undefined;
  private watchedDirectory: string | undefined;
  private unsubscribe: (() => void) | undefined;
  private writeTimer: NodeJS.Timeout | undefined;
  private lookTimer: NodeJS.Timeout | undefined;
  private isStopping = false;
  /** Duration of the last turn, which grows with the fleet. */
  private tookMs = 0;
  /**
   * One turn at a time: a read between writing and renaming would mistake our own older text for a manual edit, and
   * revert the latest change.
   */
  private turn: Promise<void> = Promise.resolve();
  /** A file in another encoding, with a stand-in for its bytes; it is neither parsed nor overwritten. */
  private unreadable: { text: string; error: EncodingError } | undefined;
  /** The last text that this process wrote. */
  private own: { text: string; document: ControllerConfigDocument } | undefined;
  /** A manual edit seen a moment ago. */
  private foreign: string | undefined;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly repository: ControllerConfigRepository,
    private readonly service: ControllerConfigService,
    private readonly events: FleetEvents,
    private readonly lastWrites: LastWrites,
    keptFiles: KeptFiles,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.path = join(settings.configDir, HAND);
    this.file = keptFiles.supervise(this.path, () => void this.inTurn(true));
  }

  /** Adds data that only the file has to the database, then rewrites the file. */
  async importUnknown(flagOf: (orchestratorId: string) => boolean | undefined): Promise<void> {
    const text = await this.read();
    const document = text === undefined ? undefined : this.parse(text);
    if (document) await this.repository.addUnknown(salvageDocument(document), flagOf);
    else if (text !== undefined) await this.refuse(text);
    await this.write(await this.repository.read());
  }

  onApplicationBootstrap(): void {
    const onEvent = (event: FleetEvent): void => {
      if (changesDocument(event)) this.writeIn(WRITE_DELAY_MS);
    };
    this.unsubscribe = this.events.subscribe({ onEvent });
    this.watch();
  }

  private watch(): void {
    this.watcher?.close();
    this.watchedDirectory = this.file.directoryName;
    try {
      this.watcher = watch(dirname(this.path), (_, name) => {
        if (name === basename(this.path)) this.lookSoon();
      });
      this.watcher.on('error', (error) => this.warn(`not watched: ${error.message}`));
    } catch (error) {
      // The system's watches may be used up; a manual edit is then noticed with the next change.
      this.warn(`not watched: ${(error as Error).message}`);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unsubscribe?.();
    this.watcher?.close();
    const isDue = this.writeTimer !== undefined || this.lookTimer !== undefined;
    clearTimeout(this.writeTimer);
    clearTimeout(this.lookTimer);
    this.isStopping = true;
    // Twice, because a manual edit counts once it is unchanged the second time.
    const last = isDue ? this.inTurn(true).then(() => this.inTurn(true)) : this.turn;
    await this.lastWrites.settle(last);
  }

  /** The fleet changed: writes the file within seconds, once for many changes. */
  private writeIn(delayMs: number): void {
    if (this.isStopping) return;
    this.writeTimer ??= setTimeout(
      () => {
        this.writeTimer = undefined;
        void this.inTurn(true);
      },
      Math.max(delayMs, this.tookMs * PAUSE_FACTOR),
    );
  }

  private lookSoon(): void {
    if (this.isStopping) return;
    this.lookTimer ??= setTimeout(() => {
      this.lookTimer = undefined;
      void this.inTurn(false);
    }, SETTLE_MS);
  }

  /** Synchronizes file and database. Never rejects. */
  private inTurn(hasChanged: boolean): Promise<void> {
    this.turn = this.turn
      .then(() => this.sync(hasChanged))
      .catch((error: Error) => {
        // Keeps both the manual edit and the pending changes.
        this.warn(`not in step with the database: ${error.message}`);
        this.writeIn(RETRY_MS);
      });
    return this.turn;
  }

  private async sync(hasChanged: boolean): Promise<void> {
    if (await this.file.hasMoved()) {
      await this.takeOverDirectory();
      return;
    }
    const text = await this.read();
    const isForeign = text !== undefined && text !== this.own?.text;
    if (isForeign && text !== this.foreign) {
      this.foreign = text;
      this.lookSoon();
      if (hasChanged) this.writeIn(WRITE_DELAY_MS);
      return;
    }
    this.foreign = undefined;
    if (isForeign) await this.apply(text);
    if (isForeign || hasChanged || text === undefined) await this.replace(text);
  }

  /**
   * The directory was replaced, by a volume mounted late or a copy. A file in it is not an edit of the current one, so
   * the database takes precedence, and the file is kept aside.
   */
  private async takeOverDirectory(): Promise<void> {
    const text = await this.read();
    const document = await this.repository.read();
    if (text !== undefined && text !== this.own?.text && text !== textOf(document)) {
      const kept_as = await this.refuse(text);
      this.logger.warn(
        { file: this.path, kept_as },
        'its directory was replaced; the file that lies there is not brought into force',
      );
    }
    this.foreign = undefined;
    await this.write(document);
  }

  /** Rewrites the file if it differs, unless it was edited again in the meantime. */
  private async replace(text: string | undefined): Promise<void> {
    const startedMs = performance.now();
    const document = await this.repository.read();
    if (textOf(document) === text && !this.file.problem) this.own = { text, document };
    else if ((await this.read()) === text) await this.write(document);
    else this.writeIn(SETTLE_MS);
    this.tookMs = performance.now() - startedMs;
  }

  /** Applies a manual edit as a whole, or refuses it with the reason in the log. */
  private async apply(text: string): Promise<void> {
    try {
      this.assertReadable(text);
      const document: unknown = JSON.parse(text);
      assertExact(text);
      const edited = readDocument(document);
      await this.service.apply(this.own ? editsOf(edited, this.own.document) : edited, {
        actor: systemActor(HAND),
      });
      this.logger.info({ file: this.path }, 'hand edit brought into force');
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      const fields = error instanceof AppError ? error.fields : undefined;
      const detail = fields?.map((field) => field.detail).join('; ') ?? (error as Error).message;
      const kept_as = await this.refuse(text);
      this.logger.error(
        { file: this.path, kept_as },
        `hand edit of ${HAND} refused, nothing was changed: ${detail}`,
      );
    }
  }

  /** Keeps a refused text aside; returns its path. */
  private async refuse(text: string): Promise<string> {
    const path = `${this.path}.refused`;
    await replaceFile(path, this.unreadable?.text === text ? this.unreadable.error.bytes : text);
    return path;
  }

  private async write(document: ControllerConfigDocument): Promise<void> {
    const text = textOf(document);
    await this.file.replace(text);
    this.own = { text, document };
    const isWatching = this.watcher !== undefined;
    if (isWatching && this.watchedDirectory !== this.file.directoryName) this.watch();
  }

  private async read(): Promise<string | undefined> {
    try {
      return await readText(this.path);
    } catch (error) {
      if (error instanceof EncodingError) {
        const text = `${NO_TEXT}${error.bytes.toString('latin1')}`;
        this.unreadable = { text, error };
        return text;
      }
      this.warn(`cannot be read, so it gives nothing: ${(error as Error).message}`);
      return undefined;
    }
  }

  private assertReadable(text: string): void {
    if (this.unreadable?.text === text) throw this.unreadable.error;
  }

  private parse(text: string): JsonObject | undefined {
    try {
      this.assertReadable(text);
      const document: unknown = JSON.parse(text);
      assertExact(text);
      if (isJsonObject(document)) return document;
      this.warn('not a JSON object, so it gives nothing');
    } catch (error) {
      this.warn(
        error instanceof AppError || error instanceof EncodingError
          ? `gives nothing: ${error.message}`
          : `not JSON, so it gives nothing: ${(error as Error).message}`,
      );
    }
    return undefined;
  }

  private warn(what: string): void {
    this.logger.warn({ file: this.path }, what);
  }
}
