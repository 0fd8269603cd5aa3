import { parseArgs } from 'node:util';

/** Options of the command line. */
export interface SimulatorArguments {
  count: number;
  /** Addresses of one controller. */
  urls: string[];
  organizations: number;
  prefix: string;
  monitoringIntervalSec: number;
  token: string | undefined;
  seed: number;
  quiet: boolean;
}

/** The command line is invalid; the message says why. */
export class ArgumentsError extends Error {}

export const USAGE = `Simulated orchestrators for a Moolai Controller.

  npm run fleet -- [options]

  --count N                     how many (default 6, at most 20000)
  --url URL[,URL]               the controller's WebSocket, or those of its instances
                                (default ws://127.0.0.1:8765/ws)
  --organizations N             spread over org-001 to org-N (default 3)
  --prefix TEXT                 ids are TEXT-001 and so on (default sim; the demo fleet has orch)
  --monitoring-interval-sec N   pause between two reports (default 10)
  --token TEXT                  enrolment token
  --seed N                      the same seed gives the same fleet (default 1)
  --quiet                       print nothing
  --help                        this text
`;

const OPTIONS = {
  count: { type: 'string', default: '6' },
  url: { type: 'string', default: 'ws://127.0.0.1:8765/ws' },
  organizations: { type: 'string', default: '3' },
  prefix: { type: 'string', default: 'sim' },
  'monitoring-interval-sec': { type: 'string', default: '10' },
  token: { type: 'string' },
  seed: { type: 'string', default: '1' },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    throw new ArgumentsError(`--${name} must be a whole number from ${min} to ${max}`);
  return value;
}

function isWebSocket(url: string): boolean {
  return /^wss?:\/\/./.test(url) && URL.canParse(url);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new ArgumentsError((error as Error).message);
  }
}

/**
 * Parses the command line.
 * @returns undefined for --help
 * @throws ArgumentsError
 */
export function readArguments(args: string[]): SimulatorArguments | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const urls = values.url.split(',').map((url) => url.trim());
  if (!urls.every(isWebSocket))
    throw new ArgumentsError('--url must be addresses that start with ws:// or wss://, separated by commas');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(values.prefix)) {
    throw new ArgumentsError('--prefix must be letters, digits, ".", "_" or "-", at most 40');
  }
  return {
    count: wholeNumber('count', values.count, 1, 20_000),
    urls,
    organizations: wholeNumber('organizations', values.organizations, 1, 999),
    prefix: values.prefix,
    monitoringIntervalSec: wholeNumber(
      'monitoring-interval-sec',
      values['monitoring-interval-sec'],
      1,
      86_400,
    ),
    token: values.token,
    seed: wholeNumber('seed', values.seed, 0, 999_999_999),
    quiet: values.quiet,
  };
}
