import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { OrchestratorSecrets } from './orchestrator-secrets.js';
import { OrchestratorSecretsRepository } from './orchestrator-secrets.repository.js';

/** Rows per transaction, which locks and writes them. */
const BATCH = 200;
const RETRY_MS = 5_000;

/**
 * Re-encrypts all secrets with the current key at start: values older than the key, values written by plain SQL, and
 * values under a previous key. Works in batches in the background, so that the start of a large fleet is not delayed;
 * the next start continues an interrupted run.
 */
@Injectable()
export class SecretsResealer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly secrets: OrchestratorSecrets,
    private readonly repository: OrchestratorSecretsRepository,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.untilDone();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.lastWrites.settle(this.running);
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Never rejects. */
  private async untilDone(): Promise<void> {
    while (!this.isStopping) {
      try {
        return await this.resealAll();
      } catch (error) {
        this.logger.warn(`secrets could not be encrypted, trying again: ${(error as Error).message}`);
      }
      await delay(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async resealAll(): Promise<void> {
    let [resealed, unreadable] = [0, 0];
    const keyIds = new Set<string>();
    for (let after: number | undefined = 0; after !== undefined && !this.isStopping;) {
      const batch = await this.resealBatch(after);
      for (const keyId of batch.unreadableKeyIds) keyIds.add(keyId);
      resealed += batch.resealed;
      unreadable += batch.unreadable;
      after = batch.last;
    }
    if (resealed > 0)
      this.logger.info({ orchestrators: resealed }, 'secrets were encrypted with the current key');
    if (unreadable === 0) return;
    // They can only be set again; everything else of these orchestrators works.
    const fields = { orchestrators: unreadable, key_ids: [...keyIds] };
    this.logger.error(fields, 'secrets cannot be read: their key is not in CONTROLLER_ENCRYPTION_KEY');
  }

  private resealBatch(
    after: number,
  ): Promise<{ resealed: number; unreadable: number; unreadableKeyIds: string[]; last: number | undefined }> {
    return this.repository.transaction(async (tx) => {
      const stale = await this.repository.stale(tx, this.secrets.currentPrefix, after, BATCH);
      const rows = stale.map((row) => ({ row, ...this.secrets.reseal(row.orchestratorId, row) }));
      const changed = rows.filter(({ row, columns }) => !isSame(row, columns));
      await this.repository.save(
        tx,
        changed.map(({ row, columns }) => ({ id: row.id, orchestratorId: row.orchestratorId, ...columns })),
      );
      return {
        resealed: changed.length,
        unreadable: rows.filter((row) => row.unreadableKeyIds.length > 0).length,
        unreadableKeyIds: rows.flatMap((row) => row.unreadableKeyIds),
        last: stale.length < BATCH ? undefined : stale.at(-1)?.id,
      };
    });
  }
}

function isSame(a: object, b: object): boolean {
  return Object.entries(b).every(([name, value]) => {
    return JSON.stringify((a as Record<string, unknown>)[name]) === JSON.stringify(value);
  });
}
