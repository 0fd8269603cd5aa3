import type { HandshakeError, WsErrorCode } from '@moolai/contracts';
import type { TestOrchestrator } from '@moolai/testing';
import type { Answer } from '../target.ts';

/** Throws unless the answer has one of the statuses and is an error envelope. Returns its status and error. */
export function refused(answer: Answer, ...statuses: number[]): string {
  if (!statuses.includes(answer.status)) throw new Error(`${answer.status} ${answer.text.slice(0, 300)}`);
  const { error, detail, request_id } = answer.body ?? {};
  if (answer.body && (!error || !request_id)) throw new Error(`not an error envelope: ${answer.text}`);
  if (/\bat (?:\S+ \()?\S+:\d+:\d+|SELECT |node_modules/.test(answer.text))
    throw new Error(`reveals internals: ${answer.text}`);
  return `${answer.status} ${error ?? ''}${detail ? ` (${String(detail).slice(0, 90)})` : ''}`;
}

/** Throws unless `condition` is true. */
export function assert(condition: unknown, message: string | null | undefined): asserts condition {
  if (!condition) throw new Error(message ?? 'no answer');
}

/** Throws unless the gateway answers with this `error` and keeps the connection open. */
export async function errorFrame(orchestrator: TestOrchestrator, code: WsErrorCode): Promise<string> {
  const frame = await orchestrator.next('error');
  assert(frame.code === code, `${JSON.stringify(frame)} instead of ${code}`);
  return `error ${frame.code}`;
}

/** The close code of a connection. */
export async function closedWith(orchestrator: TestOrchestrator, ...codes: number[]): Promise<string> {
  const { code, reason } = await orchestrator.untilClosed();
  assert(codes.includes(code), `closed with ${code} ${reason}`);
  return `closed with ${code}`;
}

/** Throws unless the handshake was refused with one of the errors. */
export async function handshakeRefused(
  orchestrator: TestOrchestrator,
  ...errors: HandshakeError[]
): Promise<string> {
  const answer = await orchestrator.next('handshake_ack');
  assert(!answer.success && errors.includes(answer.error), `handshake ${JSON.stringify(answer)}`);
  return `refused: ${answer.error}`;
}
