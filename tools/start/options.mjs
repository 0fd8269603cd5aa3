import { parseArgs } from 'node:util';

const USAGE = `Runs a controller with an embedded database and a simulated fleet.

  npm start -- [--quiet] [--instances <2 to 9>]

  --quiet       print how to sign in, and nothing else but warnings and errors (LOG_LEVEL=warn)
  --instances   run several controllers that share the database and a Redis, behind one address; the Redis is
                redis-server or valkey-server from the PATH, or the one that REDIS_URL names

README.md lists the settings, which are environment variables.
`;

const OPTIONS = {
  quiet: { type: 'boolean' },
  instances: { type: 'string' },
  help: { type: 'boolean' },
};

function parse(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.instances !== undefined && !/^[1-9]$/.test(values.instances))
    throw new Error(`--instances must be a number from 1 to 9, not '${values.instances}'`);
  return values;
}

/**
 * Reads the command line of `npm start` into the environment. Ends the process for help, or a slip.
 * @returns {{ instances: number }}
 */
export function applyOptions(args, env) {
  let values;
  try {
    values = parse(args);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  if (values.quiet) env.LOG_LEVEL ??= 'warn';
  return { instances: Number(values.instances ?? 1) };
}
