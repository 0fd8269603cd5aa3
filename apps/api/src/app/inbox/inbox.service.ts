import { Inject, Injectable } from '@nestjs/common';
import type {
  HealthStatus,
  MetricNameLimit,
  MonitoringMessage,
  RecommendationMessage,
} from '@moolai/contracts';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { isDatabaseUnavailable, isRefusedData } from '../../platform/errors/error-translation.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { messageCreated } from '../delivery/index.js';
import { FleetEvents } from '../events/index.js';
import { LiveReports, type LiveEntry } from '../live-state/index.js';
import { MetricNames, SampleDaysRepository } from '../monitoring/index.js';
import {
  InboxRepository,
  type Figures,
  type IncomingMessage,
  type StoredMessage,
} from './inbox.repository.js';
import { sampleMoment, samplesOf, usageOf } from './report.js';

const MAX_BATCH = 500;
/** Limits the text of one statement, of which the driver and the connection each hold a copy. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Size of a message, metric or usage entry in memory without its texts. */
const MESSAGE_BYTES = 1_024;
const FIGURE_BYTES = 128;
const USAGE_BYTES = 512;
const DAY_MS = 86_400_000;

/** The owner of each limit, for messages to people. */
const OWNERS: Record<MetricNameLimit, string> = {
  orchestrator: 'the orchestrator',
  organization: 'its organization',
  fleet: 'the fleet',
};

/** Result of storing a report. */
export interface StoredReport {
  id: number;
  /** For people: parts of it that were not stored. */
  warning?: string;
}

/** A message that can never be stored. */
export class NotStorable extends Error {}

/** Stores messages from orchestrators: in batches, each once, and answered only after the commit. */
@Injectable()
export class InboxService {
  private readonly queue: BatchQueue<IncomingMessage, StoredMessage>;
  private keyless = 0;
  /** Connections that were warned about metrics that are not stored. */
  private readonly warned = new WeakSet<LiveEntry>();

  constructor(
    private readonly repository: InboxRepository,
    private readonly names: MetricNames,
    private readonly days: SampleDaysRepository,
    private readonly reports: LiveReports,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    { inbox }: ByteBudgets,
  ) {
    this.queue = new BatchQueue(MAX_BATCH, (messages) => this.storeAll(messages), {
      bytesOf,
      maxBatchBytes: MAX_BATCH_BYTES,
      budget: inbox,
      ownerOf: ({ orchestratorId }) => orchestratorId,
    });
  }

  /**
   * Stores a recommendation; resolves with its id after the commit.
   * @throws QueueFull, NotStorable
   */
  recommend(entry: LiveEntry, message: RecommendationMessage): Promise<StoredReport> {
    const stored = this.store({
      ...this.base(entry, message.client_message_id),
      messageType: 'recommendation',
      content: JSON.stringify(message.recommendation),
      figures: undefined,
      usage: [],
    });
    return this.whenRecommended(entry, stored);
  }

  /**
   * A separate function, so that the parsed message, which the budget does not count, can be freed while its text
   * waits.
   */
  private async whenRecommended(entry: LiveEntry, stored: Promise<StoredMessage>): Promise<StoredReport> {
    const { id, isNew } = await stored;
    this.reports.markActivity(entry);
    if (isNew) this.publish(entry, id);
    return { id };
  }

  /**
   * Stores a report; resolves after the commit with its id, and a warning for the orchestrator, if any.
   * @param frame the received report, for amounts that must keep all digits
   * @throws QueueFull, NotStorable
   */
  report(entry: LiveEntry, message: MonitoringMessage, frame: Buffer): Promise<StoredReport> {
    const { metrics, timestamp, usage } = message;
    const nowMs = this.clock.nowMs();
    const atMs = sampleMoment(timestamp, nowMs, this.settings.monitoringRetentionDays * DAY_MS);
    const stored = this.store({
      ...this.base(entry, message.client_message_id),
      messageType: 'monitoring',
      content: JSON.stringify({ metrics, usage, timestamp: timestamp || undefined }),
      figures: { instanceId: entry.rowId, metrics, atMs },
      usage: usageOf(entry, usage, atMs, frame),
    });
    return this.whenReported(entry, stored, message.health_status);
  }

  private async whenReported(
    entry: LiveEntry,
    stored: Promise<StoredMessage>,
    health: HealthStatus | undefined,
  ): Promise<StoredReport> {
    const { id, refused } = await stored;
    this.reports.markActivity(entry);
    if (health) this.reports.reportHealth(entry, health);
    const warning = refused && refused.size > 0 ? this.warn(entry, refused) : undefined;
    return warning === undefined ? { id } : { id, warning };
  }

  /** Warns about metrics that are not stored, once per connection. */
  private warn(entry: LiveEntry, refused: ReadonlyMap<string, MetricNameLimit>): string | undefined {
    if (this.warned.has(entry)) return undefined;
    this.warned.add(entry);
    const { orchestratorId, organizationId } = entry;
    const [[name, limit] = ['', 'fleet' as const]] = refused;
    const warning = `${refused.size} metrics are not kept, "${name}" for example: ${OWNERS[limit]} uses as many names as it may.`;
    this.events.publish({
      type: 'metrics.refused',
      organizationId,
      orchestratorId,
      actor: 'orchestrator',
      summary: `${orchestratorId}: ${warning}`,
      data: { count: refused.size, name, limit },
    });
    this.logger.warn({ orchestrator_id: orchestratorId, count: refused.size, limit }, 'metrics are not kept');
    return warning;
  }

  private base(
    { orchestratorId, organizationId }: LiveEntry,
    clientMessageId: string | undefined,
  ): Pick<IncomingMessage, 'orchestratorId' | 'organizationId' | 'clientMessageId'> {
    return { orchestratorId, organizationId, clientMessageId };
  }

  private store(message: IncomingMessage): Promise<StoredMessage> {
    const { orchestratorId, clientMessageId } = message;
    // Messages without a key are never duplicates.
    const key = clientMessageId === undefined ? ++this.keyless : `${orchestratorId}\u0000${clientMessageId}`;
    return this.queue.add(String(key), message);
  }

  /** A message that PostgreSQL rejects must not fail the others of its batch. */
  private async storeAll(messages: IncomingMessage[]): Promise<(StoredMessage | Error)[]> {
    try {
      return await this.storeTogether(messages);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      // Another instance's retention may have dropped a partition.
      this.days.forget();
      this.logger.warn({ batch: messages.length }, `stored one by one: ${(error as Error).message}`);
    }
    const outcomes: (StoredMessage | Error)[] = [];
    for (const message of messages) outcomes.push(await this.storeOne(message));
    return outcomes;
  }

  private async storeTogether(messages: IncomingMessage[]): Promise<StoredMessage[]> {
    const figures = messages.flatMap(({ figures }) => figures ?? []);
    const admitted = await this.names.admit(
      messages.flatMap(({ figures, organizationId }) =>
        figures
          ? { instanceId: figures.instanceId, organizationId, names: Object.keys(figures.metrics) }
          : [],
      ),
    );
    await this.days.ensure(figures.map(({ atMs }) => atMs));
    const names = new Map(figures.map((one, index) => [one, admitted[index]]));
    const stored = await this.repository.storeAll(
      messages.map((message) => {
        const ids = message.figures && names.get(message.figures)?.ids;
        return { ...message, samples: message.figures && ids && samplesOf(message.figures, ids) };
      }),
    );
    return stored.map((one, index) => {
      const refused = names.get(messages[index]?.figures as Figures)?.refused;
      return refused ? { ...one, refused } : one;
    });
  }

  private async storeOne(message: IncomingMessage): Promise<StoredMessage | Error> {
    try {
      const [stored] = await this.storeTogether([message]);
      return stored ?? new Error('no answer');
    } catch (error) {
      // Only a rejection of the message itself is final; after other errors the orchestrator sends it again.
      return isRefusedData(error) ? new NotStorable('the database cannot store it') : (error as Error);
    }
  }

  private publish({ orchestratorId, organizationId }: LiveEntry, id: number): void {
    const message = {
      id,
      orchestratorId,
      organizationId,
      direction: 'from_orchestrator' as const,
      messageType: 'recommendation',
      status: 'received' as const,
      attempts: 0,
      failureReason: null,
    };
    this.events.publish(messageCreated(message, 'orchestrator'));
  }
}

/** Counts the metrics of a report twice: in its content, and as rows. */
function bytesOf({ content, figures, usage }: IncomingMessage): number {
  const text = Buffer.byteLength(content);
  if (!figures) return MESSAGE_BYTES + text;
  const figureCount = Object.keys(figures.metrics).length;
  return MESSAGE_BYTES + 2 * text + figureCount * FIGURE_BYTES + usage.length * USAGE_BYTES;
}
