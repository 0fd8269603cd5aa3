import { join } from 'node:path';
import type { EffectiveConfig, HeartbeatMessage } from '@moolai/contracts';
import type { BackoffBounds } from './backoff.js';
import type { ConfigInfo, OrchestratorClientOptions } from './client-options.js';
import { ConfigApplier } from './config-applier.js';
import { ConfigCache } from './config-cache.js';
import { ControllerAddresses } from './controller-addresses.js';
import { CredentialFile } from './credential-file.js';
import { Credentials } from './credentials.js';
import { HandledMessages } from './handled-messages.js';
import { Heartbeat } from './heartbeat.js';
import { MessageInbox } from './message-inbox.js';
import type { NotStoredError } from './not-stored-error.js';
import { OutboxSender } from './outbox-sender.js';
import { Outbox } from './outbox.js';
import { ReconnectPause } from './reconnect-pause.js';
import { SilenceWatchdog } from './silence-watchdog.js';
import type { StateError } from './state-error.js';

const BACKOFF: BackoffBounds = { firstMs: 1_000, longestMs: 60_000 };
const DEADLINE: BackoffBounds = { firstMs: 10_000, longestMs: 60_000 };
const SILENCE_TIMEOUT_MS = 45_000;
const MAX_QUEUED = 1_000;
const MAX_IN_FLIGHT = 16;
const MAX_REMEMBERED = 1_000;

/** The client, as its parts see it. */
export interface ClientHost {
  /** Writes a queued frame to the connection; false if there is none. */
  sendQueued(frame: string): boolean;
  sendHeartbeat(message: HeartbeatMessage): void;
  ping(): void;
  terminate(): void;
  onApplied(config: EffectiveConfig, info: ConfigInfo): void;
  onDropped(error: NotStoredError): void;
  onProblem(code: string, detail: string): void;
}

/** The parts of a client. */
export interface ClientParts {
  outbox: Outbox;
  sender: OutboxSender;
  handled: HandledMessages;
  /** Absent without `onMessage`. */
  inbox: MessageInbox | undefined;
  cache: ConfigCache | undefined;
  applier: ConfigApplier;
  credentials: Credentials;
  heartbeat: Heartbeat;
  watchdog: SilenceWatchdog;
  addresses: ControllerAddresses;
  pause: ReconnectPause;
}

/**
 * Creates the parts of a client and loads their stored state.
 * @throws StateError when a file of `stateDir`, `queue.path` or `credentialPath` can't be used
 */
export function createClientParts(options: OrchestratorClientOptions, host: ClientHost): ClientParts {
  const { orchestratorId, stateDir, setTimer = setTimeout, random = Math.random } = options;
  const inStateDir = (name: string) => (stateDir === undefined ? undefined : join(stateDir, name));
  const onProblem = (error: StateError) => host.onProblem('state', error.message);
  const outbox = new Outbox({
    orchestratorId,
    maxEntries: options.queue?.maxEntries ?? MAX_QUEUED,
    path: options.queue?.path ?? inStateDir('queue.jsonl'),
    onDropped: (entry, error) => {
      sender.forget(entry);
      host.onDropped(error);
    },
    onProblem,
  });
  const sender = new OutboxSender({
    outbox,
    send: (frame) => host.sendQueued(frame),
    maxInFlight: options.queue?.maxInFlight ?? MAX_IN_FLIGHT,
    deadline: options.queue?.deadline ?? DEADLINE,
    setTimer,
    random,
  });
  const handled = new HandledMessages({
    maxEntries: options.rememberedMessages ?? MAX_REMEMBERED,
    path: options.onMessage && inStateDir('handled-messages.jsonl'),
    onProblem,
  });
  const cachePath = inStateDir('config.json');
  const cache = cachePath === undefined ? undefined : new ConfigCache(cachePath, orchestratorId);
  const credentialPath = options.credentialPath ?? inStateDir('credential.json');
  return {
    outbox,
    sender,
    handled,
    inbox: options.onMessage && new MessageInbox({ handle: options.onMessage, handled }),
    cache,
    applier: new ConfigApplier({
      onConfig: options.onConfig,
      cache,
      onApplied: (config, info) => host.onApplied(config, info),
      onProblem: (code, detail) => host.onProblem(code, detail),
    }),
    credentials: new Credentials({
      file: credentialPath === undefined ? undefined : new CredentialFile(credentialPath, orchestratorId),
      token: options.token,
      onProblem: (code, detail) => host.onProblem(code, detail),
    }),
    heartbeat: new Heartbeat({
      orchestratorId,
      health: options.health,
      send: (message) => host.sendHeartbeat(message),
      onProblem: (detail) => host.onProblem('health', detail),
      setTimer,
      random,
    }),
    watchdog: new SilenceWatchdog({
      timeoutMs: options.silenceTimeoutMs ?? SILENCE_TIMEOUT_MS,
      setTimer,
      ping: () => host.ping(),
      giveUp: () => host.terminate(),
    }),
    addresses: new ControllerAddresses(options.url, random),
    pause: new ReconnectPause(options.backoff ?? BACKOFF, random),
  };
}
