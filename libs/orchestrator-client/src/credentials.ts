import { SECRET_PREFIXES } from '@moolai/contracts';
import type { CredentialFile } from './credential-file.js';
import type { StateError } from './state-error.js';

/** Limit of stored credentials. More than one are stored only while a rotation is incomplete. */
const MAX_KEPT = 8;

/** Initial values and callbacks of {@link Credentials}. */
export interface CredentialsOptions {
  /** Undefined: an issued credential is kept in memory only. */
  file: CredentialFile | undefined;
  /** The configured enrolment token or credential. */
  token: string | undefined;
  onProblem: (code: 'state' | 'credential', detail: string) => void;
}

/**
 * Decides which credential the orchestrator presents. A new credential is written to disk before it is used, and older
 * ones are kept until one is accepted: a rotation can be interrupted at any point on either side, and one of them is
 * still valid.
 */
export class Credentials {
  /** Newest first. */
  private kept: string[];
  /** Index of the presented candidate; all before it were refused. */
  private attempt = 0;
  private presented: string | undefined;

  /** @throws StateError when the file can't be used */
  constructor(private readonly options: CredentialsOptions) {
    this.kept = options.file?.read() ?? [];
  }

  /** True if a new credential can be stored, so that it may be rotated while connected. */
  get canRotate(): boolean {
    return this.options.file !== undefined;
  }

  /** The credential for the next registration; undefined for none. */
  present(): string | undefined {
    this.presented = this.candidates()[this.attempt];
    return this.presented;
  }

  /**
   * The controller refused the presented credential.
   * @returns true if there is another one to present, false if all were refused
   */
  refused(): boolean {
    this.attempt += 1;
    if (this.attempt < this.candidates().length) return true;
    this.attempt = 0;
    return false;
  }

  /**
   * The controller accepted the presented credential; the others are no longer needed.
   * @param issued the credential in its answer
   * @returns the new credential, once it is stored and may be acknowledged
   */
  async accepted(issued: string | undefined): Promise<string | undefined> {
    this.attempt = 0;
    const { presented } = this;
    const isKept = presented !== undefined && this.kept.includes(presented);
    const rest = isKept ? [presented] : [];
    const isEnrolled = presented?.startsWith(SECRET_PREFIXES.enrolmentToken) ?? false;
    if (issued !== undefined && (this.canRotate || isEnrolled)) return this.accept(issued, rest);
    // An enrolment token, or no token at all, was accepted without a new credential: leave the stored ones alone.
    if (isKept && this.kept.length > 1) await this.store(rest);
    return undefined;
  }

  /**
   * The controller offers a new credential.
   * @returns the credential, once it is stored and may be acknowledged
   */
  offered(issued: string): Promise<string | undefined> {
    return this.canRotate ? this.accept(issued, this.kept) : Promise.resolve(undefined);
  }

  /** Resolves once no write is pending. Never rejects. */
  async flushed(): Promise<void> {
    await this.options.file?.flushed();
  }

  private async accept(issued: string, rest: string[]): Promise<string | undefined> {
    // The last one is the accepted one: never drop it before another one was accepted.
    const older = rest.filter((credential) => credential !== issued);
    const kept = [issued, ...older.slice(0, MAX_KEPT - 2), ...older.slice(MAX_KEPT - 2).slice(-1)];
    if (!(await this.store(kept))) return undefined;
    if (!this.canRotate) {
      const detail =
        'The credential is only kept in memory: after a restart the orchestrator cannot register.';
      this.options.onProblem('credential', detail);
    }
    return issued;
  }

  /** Returns false if they could not be written: they are then not used, and the stored ones stay. */
  private async store(credentials: string[]): Promise<boolean> {
    try {
      await this.options.file?.write(credentials);
    } catch (error) {
      this.options.onProblem('state', (error as StateError).message);
      return false;
    }
    this.kept = credentials;
    return true;
  }

  private candidates(): string[] {
    const { token } = this.options;
    return token === undefined || this.kept.includes(token) ? this.kept : [...this.kept, token];
  }
}
