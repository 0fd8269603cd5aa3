import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Settings } from '../config/settings.js';
import { withoutSecrets } from './log-redaction.js';

export type { Logger } from 'pino';

/** Injection token of the process's pino logger. */
export const LOGGER = Symbol('LOGGER');

/**
 * Makes the process's logger: one line a record, `pretty` for people and `json` for collectors.
 * @param destination where lines go; the standard output when left out
 */
export function createLogger(
  settings: Pick<Settings, 'logLevel' | 'logFormat'>,
  destination?: DestinationStream,
): Logger {
  const options = {
    level: settings.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      // pino calls this for each line, but not for what a child logger adds: nobody makes one.
      log: (fields: Record<string, unknown>) => withoutSecrets(fields),
    },
    // What pino would make of an error has been made already.
    serializers: { err: (described: unknown) => described },
  };
  if (settings.logFormat === 'json') return destination ? pino(options, destination) : pino(options);
  return pino(
    options,
    PinoPretty({
      colorize: process.stdout.isTTY,
      // As the HLD shows the lines of heartbeats (7.6); JSON has the milliseconds.
      translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
      ignore: 'context',
      singleLine: true,
      ...(destination ? { destination } : {}),
    }),
  );
}

/** Lets Nest write its own lines through pino, so that a log has one form. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: 'debug' | 'error' | 'warn' | 'trace', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    if (message instanceof Error) this.logger[level]({ err: message, context }, message.message);
    else this.logger[level]({ context }, String(message));
  }
}
