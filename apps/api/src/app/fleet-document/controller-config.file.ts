import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { FleetEvent } from '@moolai/contracts';
import { systemActor } from '../../platform/access/principal.js';
import { AppError } from '../../platform/errors/app-error.js';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';
import { assertExact } from '../../platform/http/json-body.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { FleetEvents } from '../events/index.js';
import { editsOf, readDocument, salvageDocument } from './controller-config.document.js';
import { ControllerConfigRepository } from './controller-config.repository.js';
import { ControllerConfigService } from './controller-config.service.js';
import { DOCUMENT_NAME, DocumentOnDisk, textOf } from './document-on-disk.js';

const WRITE_DELAY_MS = 500;
/** For a fleet of tens of thousands that changes constantly, writing the file takes at most a fifth of the time. */
const PAUSE_FACTOR = 4;
/** An editor writes in several steps; only the final content counts. */
const SETTLE_MS = 200;
const RETRY_MS = 2_000;

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

/**
 * `controller_config.json` (contract section 4); the database takes precedence. At start the file adds what the
 * database does not have; afterwards it follows the database, and a manual edit is applied or refused as a whole.
 */
@Injectable()
export class ControllerConfigFile implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private unsubscribe: (() => void) | undefined;
  private writeTimer: NodeJS.Timeout | undefined;
  private checkTimer: NodeJS.Timeout | undefined;
  private isStopping = false;
  /** Duration of the last turn, which grows with the fleet. */
  private tookMs = 0;
  /**
   * One turn at a time: a read between writing and renaming would mistake our own older text for a manual edit, and
   * revert the latest change.
   */
  private turn: Promise<void> = Promise.resolve();
  /** A manual edit seen a moment ago. */
  private foreign: string | undefined;
  /** Another controller has written the file last. */
  private mustAdopt = false;

  constructor(
    private readonly disk: DocumentOnDisk,
    private readonly repository: ControllerConfigRepository,
    private readonly service: ControllerConfigService,
    private readonly events: FleetEvents,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.disk.supervise(() => void this.inTurn(true));
    this.disk.onKeep(() => {
      this.mustAdopt = true;
      void this.inTurn(true);
    });
  }

  /** Adds data that only the file has to the database, then rewrites the file. */
  async importUnknown(flagOf: (orchestratorId: string) => boolean | undefined): Promise<void> {
    if (!this.disk.isKept) return;
    const text = await this.disk.read();
    const document = text === undefined ? undefined : this.disk.parse(text);
    if (document) await this.repository.addUnknown(salvageDocument(document), flagOf);
    else if (text !== undefined) await this.disk.refuse(text);
    await this.disk.write(await this.repository.read());
  }

  onApplicationBootstrap(): void {
    const onEvent = (event: FleetEvent): void => {
      if (changesDocument(event)) this.writeIn(WRITE_DELAY_MS);
    };
    this.unsubscribe = this.events.subscribe({ onEvent, onGap: () => this.writeIn(WRITE_DELAY_MS) });
    this.disk.watch(() => this.checkSoon());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unsubscribe?.();
    this.disk.unwatch();
    const isDue = this.writeTimer !== undefined || this.checkTimer !== undefined;
    clearTimeout(this.writeTimer);
    clearTimeout(this.checkTimer);
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

  private checkSoon(): void {
    if (this.isStopping) return;
    this.checkTimer ??= setTimeout(() => {
      this.checkTimer = undefined;
      void this.inTurn(false);
    }, SETTLE_MS);
  }

  /** Synchronizes file and database. Never rejects. */
  private inTurn(hasChanged: boolean): Promise<void> {
    this.turn = this.turn
      .then(() => this.sync(hasChanged))
      .catch((error: Error) => {
        // Keeps both the manual edit and the pending changes.
        this.disk.warn(`not in step with the database: ${error.message}`);
        this.writeIn(RETRY_MS);
      });
    return this.turn;
  }

  private async sync(hasChanged: boolean): Promise<void> {
    if (!this.disk.isKept) return;
    if (this.mustAdopt || (await this.disk.hasMoved())) {
      await this.adoptFile();
      return;
    }
    const text = await this.disk.read();
    const isForeign = this.disk.isForeign(text);
    if (isForeign && text !== this.foreign) {
      this.foreign = text;
      this.checkSoon();
      if (hasChanged) this.writeIn(WRITE_DELAY_MS);
      return;
    }
    this.foreign = undefined;
    if (isForeign) await this.apply(text);
    if (isForeign || hasChanged || text === undefined) await this.replace(text);
  }

  /**
   * The directory was replaced, by a volume mounted late or a copy, or another controller kept the file before. A file
   * in it is not an edit of the current one, so the database takes precedence, and the file is kept aside.
   */
  private async adoptFile(): Promise<void> {
    const text = await this.disk.read();
    const document = await this.repository.read();
    if (this.disk.isForeign(text) && text !== textOf(document)) {
      const kept_as = await this.disk.refuse(text);
      this.logger.warn(
        { file: this.disk.path, kept_as },
        'its directory or its keeper has changed; the file that lies there is not brought into force',
      );
    }
    this.foreign = undefined;
    await this.disk.write(document);
    this.mustAdopt = false;
  }

  /** Rewrites the file if it differs, unless it was edited again in the meantime. */
  private async replace(text: string | undefined): Promise<void> {
    const startedMs = performance.now();
    const document = await this.repository.read();
    if (textOf(document) === text && !this.disk.hasProblem) this.disk.accept(text, document);
    else if ((await this.disk.read()) === text) await this.disk.write(document);
    else this.writeIn(SETTLE_MS);
    this.tookMs = performance.now() - startedMs;
  }

  /** Applies a manual edit as a whole, or refuses it with the reason in the log. */
  private async apply(text: string): Promise<void> {
    try {
      this.disk.assertReadable(text);
      const document: unknown = JSON.parse(text);
      assertExact(text);
      const edited = readDocument(document);
      const { ownDocument } = this.disk;
      await this.service.apply(ownDocument ? editsOf(edited, ownDocument) : edited, {
        actor: systemActor(DOCUMENT_NAME),
      });
      this.logger.info({ file: this.disk.path }, 'hand edit brought into force');
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      const fields = error instanceof AppError ? error.fields : undefined;
      const detail = fields?.map((field) => field.detail).join('; ') ?? (error as Error).message;
      const kept_as = await this.disk.refuse(text);
      this.logger.error(
        { file: this.disk.path, kept_as },
        `hand edit of ${DOCUMENT_NAME} refused, nothing was changed: ${detail}`,
      );
    }
  }
}
