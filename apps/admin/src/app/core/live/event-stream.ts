import { inject, Injectable, InjectionToken } from '@angular/core';
import { STREAM_EVENTS } from '@moolai/contracts';
import { AuthStore } from '../auth/auth.store';
import { API, urlOf } from '../http/api-operations';
import { ApiError, NetworkError, responseFailure, type RequestFailure } from '../http/request-failure';
import { EventFrames, type StreamFrame } from './event-frames';

/** Fetches the stream; `EventSource` cannot send a token. */
export const STREAM_FETCH = new InjectionToken<typeof fetch>('STREAM_FETCH', {
  providedIn: 'root',
  factory: () => globalThis.fetch?.bind(globalThis),
});

/** The controller sends something every 15 seconds; longer silence means that it is gone. */
export const SILENCE_MS = 40_000;

/** The stream starts immediately; without data after this time a proxy is buffering it. */
export const BEGIN_MS = 8_000;

/** A reader of the stream. */
export interface StreamReader {
  /** The stream has started. If it could not resume, everything must be reloaded. */
  onReady(isContinued: boolean): void;
  onFrame(frame: StreamFrame): void;
}

/** Connections to the controller's event stream; each resumes where the last one ended. */
@Injectable({ providedIn: 'root' })
export class EventStream {
  private readonly fetch = inject(STREAM_FETCH);
  private readonly auth = inject(AuthStore);
  /** The id of the last event, from which the next connection resumes. */
  position: string | undefined;

  /** Forgets the position. */
  reset(): void {
    this.position = undefined;
  }

  /**
   * Connects and reads until the connection ends.
   * @returns why it ended
   */
  async read(reader: StreamReader, signal: AbortSignal): Promise<RequestFailure> {
    const watchdog = new AbortController();
    const ended = AbortSignal.any([signal, watchdog.signal]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => watchdog.abort(), ms);
    };
    try {
      const response = await this.open(ended, () => wait(BEGIN_MS));
      if (!response.ok || !response.body) return await responseFailure(response);
      await this.readBody(response.body, reader, () => wait(SILENCE_MS));
      return new NetworkError();
    } catch (error) {
      if (error instanceof ApiError) return error;
      return new NetworkError(watchdog.signal.aborted);
    } finally {
      clearTimeout(timer);
      watchdog.abort();
    }
  }

  /** A refused token may only be outdated. */
  private async open(signal: AbortSignal, onRequest: () => void): Promise<Response> {
    const session = this.auth.session();
    if (session && this.auth.isExpiring(session)) await this.auth.renew();
    onRequest();
    const response = await this.request(signal);
    if (response.status !== 401 && response.status !== 403) return response;
    if ((await this.auth.renew()) !== 'renewed') return response;
    onRequest();
    return this.request(signal);
  }

  private request(signal: AbortSignal): Promise<Response> {
    const session = this.auth.session();
    return this.fetch(urlOf(API.streamEvents), {
      signal,
      cache: 'no-store',
      headers: {
        accept: 'text/event-stream',
        ...(session ? { authorization: `Bearer ${session.accessToken}` } : {}),
        ...(this.position === undefined ? {} : { 'last-event-id': this.position }),
      },
    });
  }

  private async readBody(
    body: ReadableStream<Uint8Array>,
    reader: StreamReader,
    heard: () => void,
  ): Promise<void> {
    const frames = new EventFrames();
    const bytes = body.getReader();
    let isContinued = this.position !== undefined;
    for (;;) {
      const { done, value } = await bytes.read();
      if (done) return;
      heard();
      for (const frame of frames.take(value)) {
        if (frame.id !== undefined) this.position = frame.id;
        if (frame.name === STREAM_EVENTS.resync) isContinued = false;
        else if (frame.name === STREAM_EVENTS.ready) reader.onReady(isContinued);
        else reader.onFrame(frame);
      }
    }
  }
}
