import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isJsonObject, type JsonObject } from '@moolai/contracts';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import { FileWriter } from '../../platform/files/file-writer.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { settleWithin } from '../../platform/process/settle-within.js';
import { FleetEvents } from '../events/index.js';
import { readDocument, salvageDocument } from './controller-config.document.js';
import { ControllerConfigRepository } from './controller-config.repository.js';
import { ControllerConfigService } from './controller-config.service.js';

const WRITE_DELAY_MS = 500;
/** A clean shutdown waits this long for a database that does not answer; the next start writes the file anyway. */
const LAST_WRITE_TIMEOUT_MS = 2_000;
/** An editor writes in several steps; what it ends with counts. */
const READ_DELAY_MS = 200;
/** Who a hand edit is in the history. */
const HAND = 'controller_config.json';

/** Happenings after which the document says something else. */
const RELEVANT = /^(organization\.|orchestrator\.(created|deleted|connected)|config\.changed|independence\.)/;

/**
 * `controller_config.json` (contract section 4): the database is the truth. At start the file gives
 * what the database does not know; afterwards it follows the database, and a hand edit is brought into
 * force or refused as a whole.
 */
@Injectable()
export class ControllerConfigFile implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly file: FileWriter;
  private readonly path: string;
  private writeTimer: NodeJS.Timeout | undefined;
  private readTimer: NodeJS.Timeout | undefined;
  private watcher: FSWatcher | undefined;
  private unsubscribe: (() => void) | undefined;
  /** What the file has when nobody else wrote to it. */
  private ownText = '';

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly repository: ControllerConfigRepository,
    private readonly service: ControllerConfigService,
    private readonly events: FleetEvents,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.path = join(settings.configDir, HAND);
    this.file = new FileWriter(this.path);
  }

  /** Brings what only the file knows into the database, then rewrites the file. */
  async importUnknown(flagOf: (orchestratorId: string) => boolean | undefined): Promise<void> {
    const document = this.parse(await this.readText());
    if (document) await this.repository.addUnknown(salvageDocument(document), flagOf);
    await this.write();
  }

  onApplicationBootstrap(): void {
    const onEvent = ({ type }: { type: string }): void => {
      if (RELEVANT.test(type)) this.changed();
    };
    this.unsubscribe = this.events.subscribe({ onEvent });
    this.watcher = watch(dirname(this.path), (_, name) => {
      if (name === basename(this.path))
        this.readTimer ??= setTimeout(() => void this.pickUp(), READ_DELAY_MS);
    });
    this.watcher.on('error', (error) =>
      this.logger.warn({ file: this.path }, `not watched: ${error.message}`),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unsubscribe?.();
    this.watcher?.close();
    clearTimeout(this.readTimer);
    if (this.writeTimer === undefined) return;
    clearTimeout(this.writeTimer);
    this.writeTimer = undefined;
    await settleWithin(this.writeOrWarn(), LAST_WRITE_TIMEOUT_MS);
  }

  /** The fleet has changed: the file follows within a second, once for many changes. */
  private changed(): void {
    this.writeTimer ??= setTimeout(() => {
      this.writeTimer = undefined;
      void this.writeOrWarn();
    }, WRITE_DELAY_MS);
  }

  /** A hand edit is brought into force as a whole, or refused with the reason in the log. */
  private async pickUp(): Promise<void> {
    this.readTimer = undefined;
    const text = await this.readText();
    if (text === undefined || text === this.ownText) return;
    try {
      await this.service.apply(readDocument(JSON.parse(text)), { by: HAND });
      this.logger.info({ file: this.path }, 'hand edit brought into force');
      this.changed();
    } catch (error) {
      await this.refuse(text, error as Error);
    }
  }

  private async refuse(text: string, error: Error): Promise<void> {
    const reasons = error instanceof AppError ? (error.fields?.map(({ detail }) => detail) ?? []) : [];
    const aside = `${this.path}.refused`;
    const detail = reasons.length > 0 ? reasons.join('; ') : error.message;
    this.logger.error(
      { file: this.path, kept_as: aside },
      `hand edit refused, nothing was changed: ${detail}`,
    );
    await new FileWriter(aside).write(text);
    await this.writeOrWarn();
  }

  private async readText(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.logger.warn(
          { file: this.path },
          `cannot be read, so it gives nothing: ${(error as Error).message}`,
        );
      }
      return undefined;
    }
  }

  private parse(text: string | undefined): JsonObject | undefined {
    if (text === undefined) return undefined;
    try {
      const document: unknown = JSON.parse(text);
      if (isJsonObject(document)) return document;
      this.logger.warn({ file: this.path }, 'not a JSON object, so it gives nothing');
    } catch (error) {
      this.logger.warn({ file: this.path }, `not JSON, so it gives nothing: ${(error as Error).message}`);
    }
    return undefined;
  }

  private async write(): Promise<void> {
    const text = `${JSON.stringify(await this.repository.read(), null, 2)}\n`;
    this.ownText = text;
    await this.file.write(text);
  }

  private async writeOrWarn(): Promise<void> {
    try {
      await this.write();
    } catch (error) {
      this.logger.warn({ file: this.path }, `cannot be written: ${(error as Error).message}`);
    }
  }
}
