const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const LOG_FORMATS = ['pretty', 'json'] as const;

export const LOG_BUFFER_BYTES = 16 * 1024 * 1024;

/** Level and format of the log. */
export interface LogSettings {
  logLevel: (typeof LOG_LEVELS)[number];
  logFormat: (typeof LOG_FORMATS)[number];
  /** Bytes of log lines to keep while the output cannot be written; further lines are dropped. */
  logBufferBytes: number;
}

/** Functions for reading the environment. */
interface LogReader {
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T;
  integer(name: string, fallback: number, min: number, max: number): number;
}

/** Reads the log settings. */
export function readLog(reader: LogReader, production: boolean): LogSettings {
  return {
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    logFormat: reader.oneOf('LOG_FORMAT', LOG_FORMATS, production ? 'json' : 'pretty'),
    logBufferBytes: reader.integer('LOG_BUFFER_BYTES', LOG_BUFFER_BYTES, 65_536, 536_870_912),
  };
}
