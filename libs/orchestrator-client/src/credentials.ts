import { SECRET_PREFIXES } from '@moolai/contracts';
import type { CredentialFile } from './credential-file.js';
import type { StateError } from './state-error.js';

/** So many are kept until one was accepted; more come only of as many interrupted rotations. */
const MAX_KEPT = 8;

/** What {@link Credentials} start with, and whom they tell. */
export interface CredentialsOptions {
  /** Undefined: what is given is kept in memory only. */
  file: CredentialFile | undefined;
  /** What the orchestrator was configured with. */
  token: string | undefined;
  onProblem: (code: 'state' | 'credential', detail: string) => void;
}

/**
 * Decides what the orchestrator presents. A new credential is on the disk before it is used, and those of
 * before stay until one was accepted: a rotation may be interrupted at any moment, on either side, and
 * one of them is good.
 */
export class Credentials {
  /** Newest first. */
  private kept: string[];
  /** Which of the candidates is presented; those before it were refused. */
  private attempt = 0;
  private presented: string | undefined;

  /** @throws StateError when the file can't be used */
  constructor(private readonly options: CredentialsOptions) {
    this.kept = options.file?.read() ?? [];
  }

  /** A new credential can be kept, so that the present one may be replaced while connected. */
  get canRotate(): boolean {
    return this.options.file !== undefined;
  }

  /** What to present with the next registration; undefined for nothing. */
  present(): string | undefined {
    this.presented = this.candidates()[this.attempt];
    return this.presented;
  }

  /**
   * What was presented is not good.
   * @returns true when there is something else to present, false when all of it was refused
   */
  refused(): boolean {
    this.attempt += 1;
    if (this.attempt < this.candidates().length) return true;
    this.attempt = 0;
    return false;
  }

  /**
   * The controller accepted what was presented: the others are of no use any more.
   * @param issued the credential that came with its answer
   * @returns the new credential, once it is kept and may be acknowledged
   */
  async accepted(issued: string | undefined): Promise<string | undefined> {
    this.attempt = 0;
    const { presented } = this;
    const isKept = presented !== undefined && this.kept.includes(presented);
    const rest = isKept ? [presented] : [];
    const isEnrolled = presented?.startsWith(SECRET_PREFIXES.enrolmentToken) ?? false;
    if (issued !== undefined && (this.canRotate || isEnrolled)) return this.take(issued, rest);
    // Nothing came of an enrolment token or of no token at all: what is kept belongs to another time.
    if (isKept && this.kept.length > 1) await this.keep(rest);
    return undefined;
  }

  /**
   * The controller offers a new credential.
   * @returns it, once it is kept and may be acknowledged
   */
  offered(issued: string): Promise<string | undefined> {
    return this.canRotate ? this.take(issued, this.kept) : Promise.resolve(undefined);
  }

  /** Settled once nothing waits to be written. Never rejects. */
  async flushed(): Promise<void> {
    await this.options.file?.flushed();
  }

  private async take(issued: string, rest: string[]): Promise<string | undefined> {
    // The last one is the one that was accepted: it goes never before another one has taken its place.
    const older = rest.filter((credential) => credential !== issued);
    const kept = [issued, ...older.slice(0, MAX_KEPT - 2), ...older.slice(MAX_KEPT - 2).slice(-1)];
    if (!(await this.keep(kept))) return undefined;
    if (!this.canRotate) {
      const detail =
        'The credential is kept in memory only; after a restart the orchestrator cannot register.';
      this.options.onProblem('credential', detail);
    }
    return issued;
  }

  /** False when it could not be written: then it is not used either, and what was kept stays. */
  private async keep(credentials: string[]): Promise<boolean> {
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
