import { within } from './fleet.mjs';
import { textFrame } from './frames.mjs';

const METRICS = 10;

/** Each connection sends report after report, a few unanswered at a time; gives how many a second were acknowledged. */
export async function measureReports(fleet, { perConnection, window, tag }) {
  const { members } = fleet;
  const frames = members.map(({ id }) =>
    Array.from({ length: perConnection }, (_, number) => reportFrame(id, `${tag}-${number}`, number)),
  );
  const total = members.length * perConnection;
  const sent = members.map(() => 0);
  let acknowledged = 0;
  const sendNext = (index) => {
    const next = frames[index][sent[index]];
    if (!next) return;
    sent[index] += 1;
    members[index].raw.write(next);
  };
  const refusals = {};
  const done = new Promise((resolve) =>
    fleet.listen(({ index }, text) => {
      if (text.startsWith('{"type":"received"')) {
        acknowledged += 1;
        sendNext(index);
        if (acknowledged === total) resolve();
      } else if (text.startsWith('{"type":"error"')) {
        refusals[text.slice(0, 120)] = (refusals[text.slice(0, 120)] ?? 0) + 1;
      }
    }),
  );
  const startMs = performance.now();
  for (const index of members.keys()) for (let n = 0; n < window; n += 1) sendNext(index);
  await within(done, `reports are not acknowledged (${JSON.stringify(refusals)})`);
  return { perSec: total / ((performance.now() - startMs) / 1000), total };
}

function reportFrame(orchestratorId, clientMessageId, number) {
  const metrics = Object.fromEntries(
    Array.from({ length: METRICS }, (_, metric) => [`metric_${metric}`, number + metric / 10]),
  );
  return textFrame({
    type: 'monitoring',
    orchestrator_id: orchestratorId,
    client_message_id: clientMessageId,
    metrics,
  });
}
