import { prettyFactory } from 'pino-pretty';

const colorize = process.stdout.isTTY;
const pretty = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });

/** A message of `npm run dev` itself. */
export function say(message: string): void {
  process.stdout.write(`${colorize ? '\u001b[36mdev:\u001b[0m' : 'dev:'} ${message}\n`);
}

/** A line of the API's log, which it writes as JSON. */
export function printLogLine(line: string): void {
  process.stdout.write(line.startsWith('{') ? pretty(line) : `${line}\n`);
}
