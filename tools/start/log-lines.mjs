import { createInterface } from 'node:readline';
import { prettyFactory } from 'pino-pretty';

const colorize = process.stdout.isTTY === true;
const pretty = prettyFactory({
  colorize,
  translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
  ignore: 'context,instance_id',
  singleLine: true,
});

/** Prints a line of the starter itself. */
export function say(text) {
  process.stdout.write(`start: ${text}\n`);
}

/** Prints the log of an instance, a JSON record a line, for people: with the name of the instance before each. */
export function printLog(stream, name, format) {
  createInterface({ input: stream }).on('line', (line) => {
    const text = format !== 'json' && line.startsWith('{') ? pretty(line) : `${line}\n`;
    process.stdout.write(format === 'json' ? text : `${name}  ${text}`);
  });
}
