type Step = () => Promise<void> | void;

/** What must not outlive the benchmark, newest first. */
const undo = new Set<Step>();

/** Registers a step that ends a process or removes a directory. Returns a function that unregisters it. */
export function onCleanup(step: Step): () => void {
  undo.add(step);
  return () => undo.delete(step);
}

/** The steps registered so far. Pass them to {@link cleanUp} to leave them alone. */
export function registered(): ReadonlySet<Step> {
  return new Set(undo);
}

/** Runs all steps except `kept`, newest first. A failing step does not prevent the others. */
export async function cleanUp(kept: ReadonlySet<Step> = new Set()): Promise<void> {
  for (const step of [...undo].reverse()) {
    if (kept.has(step)) continue;
    undo.delete(step);
    try {
      await step();
    } catch (error) {
      process.stderr.write(`cleaning up: ${(error as Error).message}\n`);
    }
  }
}

let isEnding = false;

/** Never resolves once everything is being ended: what fails then fails because of that. */
export async function unlessEnding(): Promise<void> {
  if (isEnding) await new Promise(() => undefined);
}

/** Cleans up on an interrupt, and after `limitMs` whatever is still running. */
export function cleanUpAtEnd(limitMs: number): void {
  const end = async (why: string, code: number): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    process.stderr.write(`\nbench: ${why}; cleaning up\n`);
    await cleanUp();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(signal, 130));
  setTimeout(() => void end(`not done after ${Math.round(limitMs / 60_000)} minutes`, 1), limitMs).unref();
}
