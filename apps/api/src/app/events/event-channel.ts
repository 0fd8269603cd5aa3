import type { RedisClient } from '../../platform/redis/redis-client.js';
import type { RedisConnection } from '../../platform/redis/redis-connection.js';
import { settleWithin } from '../../platform/process/settle-within.js';
import { isBefore, parseStreamId, textOf, type StreamId } from './stream-id.js';

/** An event on its way into the stream. */
export interface Outgoing {
  /** Number among the events of this process. */
  count: number;
  /** The event without its id, as JSON. */
  payload: string;
}

/** An entry of the stream. */
export interface Entry {
  id: StreamId;
  /** The event without its id, as JSON; undefined for an entry that only begins a generation. */
  payload: string | undefined;
  /** Which process has added it, and its number there. */
  source: string;
  count: number;
}

const READ_AT_ONCE = 1_000;
const BLOCK_MS = 1_000;
const ANSWER_MS = 2_000;
/** A stream that vanished is begun again; another controller may do so at the same time. */
const ATTEMPTS = 4;

/** What an entry was refused for: the stream has no entries, or a newer generation. */
const REPAIRABLE = Symbol('repairable');

/** The commands of the one stream of a fleet's events in Redis. */
export class EventChannel {
  private readonly key: string;
  /** The generation to which entries are added. */
  private generation: number | undefined;

  /**
   * @param source distinguishes this process from others
   * @param maxLength about how many entries Redis keeps
   */
  constructor(
    private readonly redis: RedisConnection,
    readonly source: string,
    private readonly maxLength: number,
  ) {
    this.key = redis.key('events');
  }

  /**
   * Adds events in their order.
   * @param known the newest entry that was read
   * @returns false if some of them may not have been added
   */
  async add(outgoing: Outgoing[], known: StreamId | undefined): Promise<boolean> {
    let rest = outgoing;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const results = await this.redis.ask((client) => this.addAll(client, rest), ANSWER_MS);
      if (!results) return false;
      const refused = rest.filter((_, index) => results[index] === REPAIRABLE);
      if (refused.length < results.filter((result) => result !== true).length) return false;
      if (refused.length === 0) return true;
      rest = refused;
      if ((await this.redis.ask((client) => this.agree(client, known))) === undefined) return false;
    }
    return false;
  }

  /**
   * The newest entry. Begins a generation if there is none, or if entries have vanished that were read before.
   * @param known the newest entry that was read
   */
  async agree(client: RedisClient, known: StreamId | undefined): Promise<StreamId> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const newest = await this.newest(client);
      if (newest && !(known && isBefore(newest, known))) {
        this.generation = newest.generation;
        return newest;
      }
      await this.begin(client, Math.max(newest?.generation ?? 0, known?.generation ?? 0));
    }
    throw new Error('the stream of events can not be begun');
  }

  /** Begins a generation, so that every reader is told of a gap. Does nothing if another controller was faster. */
  async begin(client: RedisClient, after: number): Promise<void> {
    // The clock of Redis, because those of the controllers may differ.
    const [seconds] = (await client.sendCommand(['TIME'])) as unknown as [string];
    const generation = Math.max(Number(seconds) * 1_000, after + 1);
    await client.sendCommand(['XADD', this.key, `${generation}-*`, 'g', '1']).catch((error: unknown) => {
      if (!isPassed(error)) throw error;
    });
  }

  /**
   * Entries after `after`; waits a second for one.
   * @throws Error if Redis does not answer
   */
  async read(client: RedisClient, after: StreamId | undefined): Promise<Entry[]> {
    const from = after ? textOf(after) : '0-0';
    const command = [
      'XREAD',
      'COUNT',
      String(READ_AT_ONCE),
      'BLOCK',
      String(BLOCK_MS),
      'STREAMS',
      this.key,
      from,
    ];
    const reply = client.sendCommand(command);
    if (!(await settleWithin(reply, BLOCK_MS + ANSWER_MS))) throw new Error('it does not answer');
    const streams = await reply;
    if (typeof streams !== 'object' || streams === null) return [];
    // RESP 3 answers a map, whose only value is the list of entries.
    return Object.values(streams as unknown as Record<string, RawEntry[]>).flatMap((entries) =>
      entries.map(entryOf),
    );
  }

  private async addAll(client: RedisClient, outgoing: Outgoing[]): Promise<(true | symbol | Error)[]> {
    // Commands of one turn are sent at once.
    const replies = outgoing.map(({ count, payload }) =>
      client.sendCommand([
        ...[
          'XADD',
          this.key,
          'NOMKSTREAM',
          'MAXLEN',
          '~',
          String(this.maxLength),
          `${this.generation ?? 0}-*`,
        ],
        ...['e', payload, 's', this.source, 'n', String(count)],
      ]),
    );
    const settled = await Promise.allSettled(replies);
    return settled.map((one) => {
      if (one.status === 'fulfilled') return one.value === null ? REPAIRABLE : true;
      return isPassed(one.reason) ? REPAIRABLE : (one.reason as Error);
    });
  }

  private async newest(client: RedisClient): Promise<StreamId | undefined> {
    const entries = (await client.sendCommand(['XREVRANGE', this.key, '+', '-', 'COUNT', '1'])) as unknown;
    const [entry] = entries as RawEntry[];
    return entry && parseStreamId(entry[0]);
  }
}

type RawEntry = [id: string, fields: string[]];

function entryOf([id, fields]: RawEntry): Entry {
  const of = (name: string): string | undefined => {
    const index = fields.indexOf(name);
    return index % 2 === 0 ? fields[index + 1] : undefined;
  };
  return {
    id: parseStreamId(id) ?? { generation: 0, number: 0 },
    payload: of('e'),
    source: of('s') ?? '',
    count: Number(of('n')),
  };
}

/** True if an id was refused because a newer one exists. */
function isPassed(error: unknown): boolean {
  return error instanceof Error && error.message.includes('equal or smaller');
}
