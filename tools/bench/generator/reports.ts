import { within, type Fleet } from './fleet.ts';
import { textFrame } from './frames.ts';

const METRICS = 10;

export interface ReportLoad {
  perConnection: number;
  /** How many may be unanswered at a time. */
  window: number;
  tag: string;
}

/** Each connection sends report after report, a few unanswered at a time; gives how many a second were acknowledged. */
export async function measureReports(
  fleet: Fleet,
  { perConnection, window, tag }: ReportLoad,
): Promise<{ perSec: number; total: number }> {
  const { members } = fleet;
  const senders = members.map(({ id, raw }) => {
    const frames = Array.from({ length: perConnection }, (_, number) =>
      reportFrame(id, `${tag}-${number}`, number),
    ).values();
    return () => {
      const { value } = frames.next();
      if (value) raw.write(value);
    };
  });
  const total = members.length * perConnection;
  let acknowledged = 0;
  const refusals: Record<string, number> = {};
  const done = new Promise<void>((resolve) =>
    fleet.listen(({ index }, text) => {
      if (text.startsWith('{"type":"received"')) {
        acknowledged += 1;
        senders[index]?.();
        if (acknowledged === total) resolve();
      } else if (text.startsWith('{"type":"error"')) {
        refusals[text.slice(0, 120)] = (refusals[text.slice(0, 120)] ?? 0) + 1;
      }
    }),
  );
  const startMs = performance.now();
  for (const sendNext of senders) for (let n = 0; n < window; n += 1) sendNext();
  await within(done, `reports are not acknowledged (${JSON.stringify(refusals)})`);
  return { perSec: total / ((performance.now() - startMs) / 1000), total };
}

function reportFrame(orchestratorId: string, clientMessageId: string, number: number): Buffer {
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
