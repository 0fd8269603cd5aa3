import { ApiError, NetworkError, type RequestFailure } from '../http/request-failure';
import type { StreamFrame } from './event-frames';

/** A failure that can be sent between tabs. */
type SaidFailure = { isTimeout: boolean } | Pick<ApiError, 'type' | 'detail' | 'requestId'>;

/** State of the stream, sent by the reading tab to all others. */
export type StreamStatus =
  /** @member position of the stream; `isContinued` is false if everything must be reloaded */
  | { kind: 'ready'; position: string | undefined; isContinued: boolean }
  | { kind: 'lost'; failure: SaidFailure }
  /** A proxy buffers the stream. */
  | { kind: 'held-back' };

/** Messages between the tabs that share a stream. */
export type Said =
  | (StreamStatus & { reader: string })
  /** A connection starts; `from` is the end of the previous one. */
  | { kind: 'started'; reader: string; from: string | undefined }
  | { kind: 'frame'; reader: string; frame: StreamFrame }
  | { kind: 'alive'; reader: string }
  /** A tab has joined, and asks for the state of the stream. */
  | { kind: 'hello' }
  /** The user requests the next attempt now. */
  | { kind: 'retry' };

export function toSaidFailure(failure: RequestFailure): SaidFailure {
  if (failure instanceof NetworkError) return { isTimeout: failure.isTimeout };
  const { type, detail, requestId } = failure;
  return { type, detail, requestId };
}

export function fromSaidFailure(said: SaidFailure): RequestFailure {
  if ('isTimeout' in said) return new NetworkError(said.isTimeout);
  return new ApiError(said.type, said.detail, said.requestId);
}

/** Connects the tabs of one user in one browser. */
export class StreamRelay {
  private readonly channel: BroadcastChannel;
  /** Called with the messages of other tabs. */
  onSaid: (said: Said) => void = () => undefined;

  constructor(name: string) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }: MessageEvent<Said>) => this.onSaid(data);
  }

  say(said: Said): void {
    this.channel.postMessage(said);
  }

  close(): void {
    this.channel.close();
  }
}
