import { DOCUMENT, inject, Injectable } from '@angular/core';
import { AuthStore } from '../auth/auth.store';
import { ApiClient } from '../http/api-client';
import { API } from '../http/api-operations';
import { isRateLimited, NetworkError, type RequestFailure } from '../http/request-failure';
import { backOffMs } from './back-off';
import type { StreamFrame } from './event-frames';
import { EventStream, SILENCE_MS } from './event-stream';
import { untilShown, whilePresent } from './presence';
import { fromSaidFailure, StreamRelay, toSaidFailure, type Said, type StreamStatus } from './stream-relay';
import { TURNS } from './turns';

/** Receives the stream, whichever tab reads it. */
export interface StreamSink {
  /** If the stream could not resume, everything must be reloaded. */
  onReady(isContinued: boolean): void;
  onFrame(frame: StreamFrame): void;
  onLost(failure: RequestFailure): void;
  /** Requests are answered, but the stream sends nothing. */
  onHeldBack(): void;
  /** The tab was hidden, and follows nothing until it is visible. */
  onLeft(): void;
}

/** Enough for the maximum pause before the next attempt. */
const MANY_FAILURES = 10;
const ALIVE_MS = 10_000;
/** A slow stream is retried soon; a buffering proxy is retried less and less often. */
const HELD_BACK_FIRST_MS = 5_000;
const HELD_BACK_LONGEST_MS = 60_000;

/**
 * One event stream for all tabs of a user in a browser: browsers allow six HTTP/1.1 connections to a server, and each
 * stream occupies one. One tab reads and forwards the events; when it ends, another resumes. Hidden tabs do not take
 * part. Without communication between tabs, each reads its own stream.
 */
@Injectable({ providedIn: 'root' })
export class SharedStream {
  private readonly stream = inject(EventStream);
  private readonly auth = inject(AuthStore);
  private readonly api = inject(ApiClient);
  private readonly document = inject(DOCUMENT);
  private readonly turns = inject(TURNS);
  private readonly id = Math.random().toString(36).slice(2);
  /** Ends the current connection, or the pause before the next one; no effect in a tab that does not read. */
  private interrupt: () => void = () => undefined;
  private askReader: () => void = () => undefined;

  /** Follows the fleet until `stopped`. */
  async follow(sink: StreamSink, stopped: AbortSignal): Promise<void> {
    this.stream.reset();
    while (!stopped.aborted) {
      await untilShown(this.document, stopped);
      if (stopped.aborted) return;
      await this.takePart(sink, whilePresent(this.document, stopped));
      if (!stopped.aborted) sink.onLeft();
    }
  }

  /** Connects immediately instead of waiting; replaces an existing connection. */
  reconnect(): void {
    this.interrupt();
    this.askReader();
  }

  /** Wakes this tab only, because each tab gets its own online and offline events. */
  wake(): void {
    this.interrupt();
  }

  private async takePart(sink: StreamSink, left: AbortSignal): Promise<void> {
    if (!this.turns) return this.read(sink, undefined, left);
    // The number is the version of the messages, because tabs with another version of the console may be open.
    const name = `moolai.live.1.${this.auth.user()?.user_id ?? ''}`;
    const relay = new StreamRelay(name);
    let isOverdue = false;
    while (!left.aborted) {
      const listening = new Listening(relay, this.stream, sink);
      this.askReader = () => relay.say({ kind: 'retry' });
      const waiting = AbortSignal.any([left, listening.overdue]);
      const work = async (lost: AbortSignal): Promise<void> => {
        listening.stop();
        this.askReader = () => undefined;
        await this.read(sink, relay, AbortSignal.any([left, lost]));
      };
      await this.turns.hold(name, waiting, work, isOverdue);
      isOverdue = listening.overdue.aborted;
      listening.stop();
    }
    this.askReader = () => undefined;
    relay.close();
  }

  /** Reads until `ended`: one connection after the other, with pauses after failures. */
  private async read(sink: StreamSink, relay: StreamRelay | undefined, ended: AbortSignal): Promise<void> {
    let status: StreamStatus | undefined;
    let failures = 0;
    let heldBackMs = HELD_BACK_FIRST_MS;
    const reader = this.id;
    const tell = (): void => {
      if (status?.kind === 'ready') status = { ...status, position: this.stream.position };
      if (status) relay?.say({ ...status, reader });
    };
    if (relay) {
      relay.onSaid = ({ kind }) => {
        if (kind === 'hello') tell();
        else if (kind === 'retry') this.interrupt();
      };
    }
    const alive = setInterval(() => relay?.say({ kind: 'alive', reader }), ALIVE_MS);
    while (!ended.aborted) {
      status = undefined;
      const from = this.stream.position;
      relay?.say({ kind: 'started', reader, from });
      const failure = await this.connect(ended, {
        onReady: (isContinued) => {
          failures = 0;
          heldBackMs = HELD_BACK_FIRST_MS;
          sink.onReady(isContinued);
          status = { kind: 'ready', position: this.stream.position, isContinued };
          tell();
          // Tabs that join later compare the position with their own.
          status = { ...status, isContinued: true };
        },
        onFrame: (frame) => {
          sink.onFrame(frame);
          relay?.say({ kind: 'frame', reader, frame });
        },
      });
      if (ended.aborted) break;
      let pauseMs: number;
      if (await this.isHeldBack(status, failure)) {
        status = { kind: 'held-back' };
        sink.onHeldBack();
        pauseMs = heldBackMs;
        heldBackMs = Math.min(HELD_BACK_LONGEST_MS, heldBackMs * 2);
      } else {
        // Only a closed tab makes room, so retrying every second is useless.
        failures = isRateLimited(failure) ? MANY_FAILURES : failures + 1;
        status = { kind: 'lost', failure: toSaidFailure(failure) };
        sink.onLost(failure);
        pauseMs = backOffMs(failures, Math.random());
      }
      tell();
      await this.pause(pauseMs, ended);
    }
    clearInterval(alive);
    this.interrupt = () => undefined;
  }

  private connect(
    ended: AbortSignal,
    sink: Pick<StreamSink, 'onReady' | 'onFrame'>,
  ): Promise<RequestFailure> {
    const connection = new AbortController();
    this.interrupt = () => connection.abort();
    return this.stream.read(sink, AbortSignal.any([ended, connection.signal]));
  }

  /** The stream sends nothing, while the controller answers other requests of the same user. */
  private async isHeldBack(status: StreamStatus | undefined, failure: RequestFailure): Promise<boolean> {
    if (status || !(failure instanceof NetworkError) || !failure.isTimeout) return false;
    return this.api.call(API.getOverview, {}).then(
      () => true,
      () => false,
    );
  }

  private pause(ms: number, ended: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        ended.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.interrupt = finish;
      ended.addEventListener('abort', finish);
      if (ended.aborted) finish();
    });
  }
}

/** Receives events from the reading tab. */
class Listening {
  private readonly silence = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reader: string | undefined;
  /** True as long as this tab has missed nothing. */
  private isContinued = false;

  /** Aborted when the reading tab has been silent for too long. */
  readonly overdue = this.silence.signal;

  constructor(
    private readonly relay: StreamRelay,
    private readonly stream: EventStream,
    private readonly sink: StreamSink,
  ) {
    relay.onSaid = (said) => this.hear(said);
    relay.say({ kind: 'hello' });
    this.markAlive();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.relay.onSaid = () => undefined;
  }

  private hear(said: Said): void {
    if (said.kind === 'hello' || said.kind === 'retry') return;
    this.markAlive();
    if (said.kind === 'frame') this.take(said.reader, said.frame);
    else if (said.kind === 'started') this.join(said.reader, said.from);
    else if (said.kind === 'ready') this.becomeLive(said);
    else if (said.kind === 'lost') this.sink.onLost(fromSaidFailure(said.failure));
    else if (said.kind === 'held-back') this.sink.onHeldBack();
  }

  private markAlive(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.silence.abort(), SILENCE_MS);
  }

  private join(reader: string, position: string | undefined): void {
    this.reader = reader;
    this.isContinued = position !== undefined && position === this.stream.position;
  }

  private becomeLive({ reader, position, isContinued }: Extract<Said, { kind: 'ready' }>): void {
    if (reader !== this.reader) this.join(reader, position);
    this.stream.position = position;
    this.sink.onReady(isContinued && this.isContinued);
    this.isContinued = true;
  }

  /** Frames of a reader that this tab has not joined may follow missed ones. */
  private take(reader: string, frame: StreamFrame): void {
    if (reader !== this.reader) return;
    if (frame.id !== undefined) this.stream.position = frame.id;
    this.sink.onFrame(frame);
  }
}
