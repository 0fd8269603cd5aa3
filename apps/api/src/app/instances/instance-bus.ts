import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ChangeListener } from '../../platform/database/change-listener.js';
import { DATABASE_CONNECTION, type DatabaseConnection } from '../../platform/database/connection.js';
import { Listening } from '../../platform/database/listening.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { RedisConnection, type Kept } from '../../platform/redis/redis-connection.js';
import { parseWord, type InstanceWord } from './instance-word.js';
import { InstanceLease } from './instance-lease.js';
import { InstancesRepository } from './instances.repository.js';

const CHANNEL = 'moolai_instances';
/** Said by an instance that starts. */
const HELLO = 'hello';
/** Unanswered questions are repeated through the database, in case Redis has lost them. */
const REPEAT_MS = 500;
/** Words of which a second copy may still come. */
const MAX_REMEMBERED = 10_000;

/** Handles a word of another instance; what it returns is the answer to a question. */
type Handler = (data: unknown, from: number) => unknown;

interface Question {
  answers: Map<number, unknown>;
  waiting: Set<number>;
  isAnswered: () => void;
}

/**
 * Words between the instances of a fleet, through Redis, and through PostgreSQL while Redis or a listener of it is away.
 * A word may be lost, doubled or late: it tells what to look at in the database, never what to do. Without `REDIS_URL`
 * there is no other instance, and nothing is sent.
 */
@Injectable()
export class InstanceBus implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly handlers = new Map<string, Handler>();
  private readonly questions = new Map<string, Question>();
  /** By id, with the answer to a question. */
  private readonly heard = new Map<string, InstanceWord | undefined>();
  private readonly missed: (() => void)[] = [];
  private readonly channel: string;
  private readonly listener: ChangeListener;
  private subscription: Kept | undefined;

  constructor(
    private readonly lease: InstanceLease,
    private readonly redis: RedisConnection,
    private readonly repository: InstancesRepository,
    @Inject(DATABASE_CONNECTION) connection: DatabaseConnection,
    listening: Listening,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.channel = redis.key('instances');
    const onChange = (text: string): void => this.hear(text);
    const handler = { onChange, onListening: () => Promise.resolve(this.mayHaveMissed()) };
    this.listener = new ChangeListener(connection, CHANNEL, handler, logger, { listening });
    lease.observe({ onEnded: ({ startId }) => this.noLongerAwait(startId) });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.lease.isShared) return;
    await this.listener.start();
    this.subscription = this.redis.subscribe({
      channels: [this.channel],
      onMessage: (text) => this.hear(text),
      onSubscribed: () => this.mayHaveMissed(),
    });
    this.on(HELLO, () => this.lease.refresh());
    // Before orchestrators can connect here, every instance knows of this one, and this one of every other.
    await this.lease.refresh();
    await this.say({ ...this.word(HELLO), data: null });
    this.redis.onDown(() => this.mayHaveMissed());
  }

  async onModuleDestroy(): Promise<void> {
    this.subscription?.stop();
    if (this.lease.isShared) await this.listener.stop();
  }

  /** Handles words about `topic`. */
  on(topic: string, handler: Handler): void {
    this.handlers.set(topic, handler);
  }

  /** Calls `listener` when words may have been lost: what they would have announced has to be looked for. */
  onMissed(listener: () => void): void {
    this.missed.push(listener);
  }

  /** True if there is another live instance, as far as known. */
  get hasOthers(): boolean {
    return this.lease.isShared && this.lease.others.length > 0;
  }

  /** Tells all other instances. Never rejects. */
  tell(topic: string, data: unknown): void {
    if (!this.hasOthers) return;
    void this.say({ ...this.word(topic), data });
  }

  /**
   * Asks other instances, all by default, and waits for their answers.
   * @returns the answers by start; without those of instances that ended or did not answer within `patienceMs`
   */
  async ask(
    topic: string,
    data: unknown,
    patienceMs: number,
    startIds = this.lease.others.map(({ startId }) => startId),
  ): Promise<Map<number, unknown>> {
    const answers = new Map<number, unknown>();
    if (startIds.length === 0) return answers;
    const word: InstanceWord = { ...this.word(topic), data, asked: startIds };
    const failure = 'a question to the other instances could not be repeated';
    const work = (): Promise<void> => this.sayThroughDatabase(word);
    const repeats = new Recurring({ everyMs: REPEAT_MS, work, logger: this.logger, failure });
    repeats.start();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
      this.questions.set(word.id, { answers, waiting: new Set(startIds), isAnswered: resolve });
      void this.say(word);
    });
    clearTimeout(timer);
    await repeats.stop();
    this.questions.delete(word.id);
    return answers;
  }

  private word(topic: string): Omit<InstanceWord, 'data'> {
    return { id: randomBytes(9).toString('base64url'), topic, from: this.lease.startId };
  }

  /** Through Redis, and also through the database if not every instance hears Redis. Never rejects. */
  private async say(word: InstanceWord): Promise<void> {
    const text = JSON.stringify(word);
    const heardBy = await this.redis.ask((client) => client.publish(this.channel, text));
    // This instance is one of them, as long as its own subscription works.
    if (heardBy === undefined || heardBy <= this.lease.others.length) await this.sayThroughDatabase(word);
  }

  /** Never rejects. */
  private async sayThroughDatabase(word: InstanceWord): Promise<void> {
    try {
      await this.repository.notify(CHANNEL, JSON.stringify(word));
    } catch (error) {
      this.logger.warn(
        { topic: word.topic },
        `the other instances were not told: ${(error as Error).message}`,
      );
    }
  }

  private hear(text: string): void {
    const word = parseWord(text);
    if (!word || word.from === this.lease.startId) return;
    if (this.heard.has(word.id)) this.hearAgain(word);
    else this.hearFirst(word);
  }

  private hearFirst(word: InstanceWord): void {
    this.heard.set(word.id, undefined);
    if (this.heard.size > MAX_REMEMBERED) this.heard.delete(this.heard.keys().next().value as string);
    if (word.answers !== undefined) this.takeAnswer(word.answers, word);
    else if (!word.asked) void this.handle(word);
    else if (word.asked.includes(this.lease.startId)) void this.answer(word);
  }

  /** The other instance repeats a question when it has not received the answer. */
  private hearAgain({ id }: InstanceWord): void {
    const answer = this.heard.get(id);
    if (answer) void this.sayThroughDatabase(answer);
  }

  /** Never rejects. */
  private async handle({ topic, data, from }: InstanceWord): Promise<unknown> {
    try {
      return await this.handlers.get(topic)?.(data, from);
    } catch (error) {
      this.logger.warn({ topic }, `a word of another instance was not followed: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Never rejects. */
  private async answer(word: InstanceWord): Promise<void> {
    const data = (await this.handle(word)) ?? null;
    const answer = { ...this.word(word.topic), data, answers: word.id };
    if (this.heard.has(word.id)) this.heard.set(word.id, answer);
    await this.say(answer);
  }

  private takeAnswer(questionId: string, { from, data }: InstanceWord): void {
    const question = this.questions.get(questionId);
    if (!question?.waiting.delete(from)) return;
    question.answers.set(from, data);
    if (question.waiting.size === 0) question.isAnswered();
  }

  private noLongerAwait(startId: number): void {
    for (const question of this.questions.values()) {
      if (question.waiting.delete(startId) && question.waiting.size === 0) question.isAnswered();
    }
  }

  private mayHaveMissed(): void {
    for (const listener of this.missed) listener();
  }
}
