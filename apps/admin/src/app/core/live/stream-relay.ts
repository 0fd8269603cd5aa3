import { ApiError, NetworkError, type RequestFailure } from '../http/request-failure';
import type { StreamFrame } from './event-frames';

/** A failure in a form that goes from tab to tab. */
type SaidFailure = { isTimeout: boolean } | Pick<ApiError, 'type' | 'detail' | 'requestId'>;

/** How the stream is: what the reading tab tells the others, and every tab that joins them. */
export type StreamStatus =
  /** @member position where the stream is; `isContinued` is false when everything is to be read again */
  | { kind: 'ready'; position: string | undefined; isContinued: boolean }
  | { kind: 'lost'; failure: SaidFailure }
  /** Something between the browser and the controller holds the stream back. */
  | { kind: 'held-back' };

/** What the tabs of a browser tell each other about the one stream that they share. */
export type Said =
  | (StreamStatus & { reader: string })
  /** A connection begins; `from` is where the one before it ended. */
  | { kind: 'started'; reader: string; from: string | undefined }
  | { kind: 'frame'; reader: string; frame: StreamFrame }
  | { kind: 'alive'; reader: string }
  /** A tab has joined, and wants to know how the stream is. */
  | { kind: 'hello' }
  /** Somebody wants the next attempt now. */
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

/** Connects the tabs of one person in one browser. */
export class StreamRelay {
  private readonly channel: BroadcastChannel;
  /** Called with what another tab says. */
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
