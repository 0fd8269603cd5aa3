/** What a process can be asked for, by name. */
export type Actions = Record<string, (args: never) => unknown>;

export interface Question {
  id: number;
  action: string;
  args: unknown;
}

export interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/**
 * Answers what the benchmark asks this process; see `Child.ask`. The channel keeps the process alive only
 * when nothing else does: a controller must be able to end as it would without us.
 */
export function answer(actions: Actions, { keepsAlive = true } = {}): void {
  process.on('message', (question: Question) => void replyTo(question, actions));
  if (keepsAlive) process.once('disconnect', () => process.exit(0));
  else process.channel?.unref();
}

async function replyTo({ id, action, args }: Question, actions: Actions): Promise<void> {
  const run = actions[action] as (args: unknown) => unknown;
  try {
    send({ id, result: await run(args) });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function send(reply: Reply): void {
  process.send?.(reply);
}
