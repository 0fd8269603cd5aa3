import { createSecureContext } from 'node:tls';
import { MAX_FEATURES_BYTES, MAX_METADATA_BYTES } from '@moolai/contracts';
import type { OrchestratorClientOptions } from './client-options.js';

/**
 * Refuses options that would otherwise fail later in a timer, where no caller could catch the error.
 * @throws TypeError for an invalid url
 * @throws RangeError for a number that is too small, or an object that is too large for the controller
 * @throws Error from Node, for an invalid certificate or key
 */
export function assertOptions(options: OrchestratorClientOptions): void {
  const { url, tls, queue, rememberedMessages, answerTimeoutMs, features, metadata } = options;
  const urls = typeof url === 'string' ? [url] : url;
  if (urls.length === 0) throw new TypeError('url must not be an empty list');
  for (const each of urls) assertUrl(each);
  if (tls) createSecureContext(tls);
  assertCount('queue.maxEntries', queue?.maxEntries);
  assertCount('queue.maxInFlight', queue?.maxInFlight);
  assertCount('rememberedMessages', rememberedMessages);
  assertCount('answerTimeoutMs', answerTimeoutMs);
  assertSize('features', features, MAX_FEATURES_BYTES);
  assertSize('metadata', metadata, MAX_METADATA_BYTES);
}

function assertUrl(url: string): void {
  const { protocol, hash } = new URL(url);
  if (!/^wss?:$/.test(protocol)) throw new TypeError('url must start with ws:// or wss://');
  if (hash) throw new TypeError('url must not have a fragment');
}

function assertSize(name: string, value: object | undefined, maxBytes: number): void {
  if (value === undefined || Buffer.byteLength(JSON.stringify(value)) <= maxBytes) return;
  throw new RangeError(`${name} must not be larger than ${maxBytes} bytes as JSON`);
}

function assertCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw new RangeError(`${name} must be a whole number from 1`);
}
