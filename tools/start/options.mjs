import { parseArgs } from 'node:util';

const USAGE = `Runs a controller with an embedded database and a simulated fleet.

  npm start -- [--quiet]

  --quiet   print how to sign in, and nothing else but warnings and errors (LOG_LEVEL=warn)

README.md lists the settings, which are environment variables.
`;

/** Reads the command line of `npm start` into the environment. Ends the process for help, or a slip. */
export function applyOptions(args, env) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { quiet: { type: 'boolean' }, help: { type: 'boolean' } } }));
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  if (values.quiet) env.LOG_LEVEL ??= 'warn';
}
