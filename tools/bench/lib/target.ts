/** A server that a generator loads. */
export interface Target {
  host: string;
  port: number;
  path: string;
  /** For the API, where the server has one. */
  token?: string;
}

/** A server that a scenario has started. */
export interface Server {
  readonly pid: number;
  readonly target: Target;
  stop: () => Promise<void>;
}
