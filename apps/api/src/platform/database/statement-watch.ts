import type { PoolClient } from 'pg';
import { isDatabaseUnavailable } from '../errors/error-translation.js';
import { cut } from './server-identity.js';
import { WorkAbandonedError, type Verdict, type Work, type WorkPart } from './work.js';

type Query = (...args: unknown[]) => unknown;

/** A statement without these words changes nothing. Errs on the safe side: a doubt is reported. */
const CHANGES = /\b(insert|update|delete|merge|truncate|create|alter|drop|nextval|setval)\b/i;
const BEGINS = /^\s*(begin|start transaction)\b/i;
const COMMITS = /^\s*(commit|end)\b/i;
const ROLLS_BACK = /^\s*rollback(?!\s+to)\b/i;
/** SQLSTATEs of a server that is stopping: it may have committed just before. */
const SERVER_ENDS = /^(08|57P)/;
/** The same, plus a read-only server: another one may accept writes, which this connection never reaches. */
const LEADS_NOWHERE = /^(08|57P|25006)/;

/** Used instead of an SQLSTATE if the server does not answer. */
export const SILENCE = 'silence';

/** Tracks which work a connection serves, and ends the connection when that work is abandoned. */
export class StatementWatch implements WorkPart {
  private work: Work | undefined;
  private leaveWork: (() => void) | undefined;
  private isInTransaction = false;
  /** The statement being executed. */
  private text: string | undefined;

  private isRetired = false;

  /** @param onTrouble receives the server's SQLSTATE, or undefined, when the connection is no longer usable */
  constructor(
    private readonly client: PoolClient,
    private readonly onTrouble: (sqlState: string | undefined) => void = () => undefined,
  ) {
    const query = client.query.bind(client) as Query;
    client.query = ((...args: unknown[]) => this.run(query, args)) as typeof client.query;
  }

  /** The connection was handed out. */
  handedOut(work: Work | undefined): void {
    this.work = work;
    this.leaveWork = work?.join(this);
    this.isInTransaction = false;
    this.text = undefined;
  }

  /** The connection was released. */
  released(): void {
    this.leaveWork?.();
    this.leaveWork = undefined;
    this.work = undefined;
    if (this.isRetired) this.disconnect();
  }

  /** Ends the connection, immediately or when it is released. */
  retire(isInUse: boolean): void {
    this.isRetired = true;
    if (!isInUse) this.disconnect();
  }

  /** When a connection ends, the server rolls its transaction back, unless it has received the commit. */
  abandon(): Verdict {
    const isDecisive = this.text !== undefined && this.isDecisive(this.text);
    this.disconnect();
    this.onTrouble(SILENCE);
    return isDecisive ? 'unknown' : 'undone';
  }

  private run(query: Query, args: unknown[]): unknown {
    const [text] = args;
    if (typeof text !== 'string') return query(...args);
    if (this.work?.isAbandoned) return Promise.reject(new WorkAbandonedError());
    this.text = text;
    const answer = query(...args);
    if (!(answer instanceof Promise)) return answer;
    return answer.then(
      (result: unknown) => {
        this.answered(text);
        return result;
      },
      (error: Error) => {
        this.failed(text, error);
        throw error;
      },
    );
  }

  private answered(text: string): void {
    if (this.work && this.isDecisive(text)) this.work.doubt();
    if (BEGINS.test(text)) this.isInTransaction = true;
    else if (COMMITS.test(text) || ROLLS_BACK.test(text)) this.isInTransaction = false;
    this.text = undefined;
  }

  private failed(text: string, error: Error & { severity?: string; code?: string }): void {
    const isRefusal = error.severity !== undefined && !SERVER_ENDS.test(error.code ?? '');
    if (!isRefusal && this.isDecisive(text)) this.work?.doubt();
    this.text = undefined;
    const { code } = error;
    const isLost = error.severity === undefined && isDatabaseUnavailable(error);
    if (!isLost && !LEADS_NOWHERE.test(code ?? '')) return;
    // Nothing else may run on a connection with an outstanding answer.
    this.disconnect();
    this.onTrouble(code);
  }

  /** True if the statement may commit a change. */
  private isDecisive(text: string): boolean {
    return COMMITS.test(text) || (!this.isInTransaction && CHANGES.test(text));
  }

  private disconnect(): void {
    cut(this.client);
  }
}
