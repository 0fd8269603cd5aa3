import { ArgumentsError, readArguments, USAGE, type SimulatorArguments } from './arguments.js';
import { Fleet } from './fleet.js';

const WATCH_INTERVAL_MS = 1_000;

/**
 * Prints the number of connected orchestrators when it changes, at most once a second, and each kind of problem once.
 */
function watch(fleet: Fleet, { count, urls }: SimulatorArguments): void {
  let last = -1;
  let told = 0;
  setInterval(() => {
    const connected = fleet.connectedCount;
    // Output must not pile up for a reader that stalls.
    if (connected !== last && !process.stdout.writableNeedDrain)
      process.stdout.write(`${connected} of ${count} connected to ${urls.join(', ')}\n`);
    last = connected;
    if (process.stdout.writableNeedDrain) return;
    for (const problem of [...fleet.problems.values()].slice(told)) process.stdout.write(`${problem}\n`);
    told = fleet.problems.size;
  }, WATCH_INTERVAL_MS).unref();
}

function run(options: SimulatorArguments): void {
  const fleet = new Fleet(options);
  if (!options.quiet) watch(fleet, options);
  fleet.start();
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    void fleet
      .stop()
      .then(() => process.exit(0))
      .catch(() => process.exit(1));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A fleet started by a controller ends with it, even if the controller was killed.
  process.on('disconnect', stop);
}

// Continue without a reader.
process.stdout.on('error', () => undefined);
try {
  const options = readArguments(process.argv.slice(2));
  if (options) run(options);
  else process.stdout.write(USAGE);
} catch (error) {
  if (!(error instanceof ArgumentsError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
