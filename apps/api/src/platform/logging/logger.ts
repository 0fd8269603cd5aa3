import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { LOG_BUFFER_BYTES } from '../config/log-settings.js';
import type { Settings } from '../config/settings.js';
import { LineStream } from './line-stream.js';
import { withoutSecrets } from './log-redaction.js';
import { StandardOutput } from './standard-output.js';

export type { Logger } from 'pino';

/** Injection token of the process's pino logger. */
export const LOGGER = Symbol('LOGGER');

/**
 * Creates the process's logger: one line per record, `pretty` for people and `json` for collectors.
 * @param destination defaults to the standard output
 */
export function createLogger(
  settings: Pick<Settings, 'logLevel' | 'logFormat'> &
    Partial<Pick<Settings, 'logBufferBytes' | 'instanceId'>>,
  destination?: DestinationStream,
): Logger {
  const { instanceId } = settings;
  const options = {
    level: settings.logLevel,
    // For collectors only: a person reads the log of one process.
    base: settings.logFormat === 'json' && instanceId !== undefined ? { instance_id: instanceId } : null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      // pino calls this for each line, but not for fields of child loggers, which are not used here.
      log: (fields: Record<string, unknown>) => withoutSecrets(fields),
    },
    // `withoutSecrets` has already described the error.
    serializers: { err: (described: unknown) => described },
  };
  const sink = destination ?? new StandardOutput(settings.logBufferBytes ?? LOG_BUFFER_BYTES);
  return pino(options, new LineStream(sink, settings.logFormat));
}

/** The destination of a logger from {@link createLogger}. */
export function lineStreamOf(logger: Logger): LineStream | undefined {
  const stream: unknown = (logger as unknown as Record<symbol, unknown>)[pino.symbols.streamSym];
  return stream instanceof LineStream ? stream : undefined;
}

/** Writes Nest's own lines through pino, so that the log has one format. */
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
