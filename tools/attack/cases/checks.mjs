/** Fails unless the answer has one of the statuses, and is an error of the contract. Gives what came. */
export function refused(answer, ...statuses) {
  if (!statuses.includes(answer.status)) throw new Error(`${answer.status} ${answer.text.slice(0, 300)}`);
  const { error, detail, request_id } = answer.body ?? {};
  if (answer.body && (!error || !request_id))
    throw new Error(`not the error of the contract: ${answer.text}`);
  if (/\bat (?:\S+ \()?\S+:\d+:\d+|SELECT |node_modules/.test(answer.text))
    throw new Error(`tells of the inside: ${answer.text}`);
  return `${answer.status} ${error ?? ''}${detail ? ` (${String(detail).slice(0, 90)})` : ''}`;
}

/** Fails unless `condition` holds. */
export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

/** The frame of an `error` that the gateway answers with, and that it stays open. */
export async function errorFrame(orchestrator, code) {
  const frame = await orchestrator.next('error');
  assert(frame.code === code, `${JSON.stringify(frame)} instead of ${code}`);
  return `error ${frame.code}`;
}

/** The close code of a connection. */
export async function closedWith(orchestrator, ...codes) {
  const { code, reason } = await orchestrator.untilClosed();
  assert(codes.includes(code), `closed with ${code} ${reason}`);
  return `closed with ${code}`;
}

/** The refused handshake, by its error. */
export async function handshakeRefused(orchestrator, ...errors) {
  const { success, error } = await orchestrator.next('handshake_ack');
  assert(success === false && errors.includes(error), `handshake ${success} ${error}`);
  return `refused: ${error}`;
}
