import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

/** Argon2id with the first of the parameters that OWASP recommends; memory in KiB. */
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const UNGUESSABLE_LENGTH = 32;
/**
 * Passwords that are computed at once. Node has four threads for this, for files and for names: a flood of sign-ins must
 * leave some of them free.
 */
const AT_ONCE = 2;

/** Keeps and checks passwords. Each takes a few milliseconds of another thread, and 19 MiB, by design. */
@Injectable()
export class Passwords {
  /** Compared with where there is no user, so that the time of an answer does not tell. */
  private readonly decoy = hash(
    String.fromCharCode(...crypto.getRandomValues(new Uint8Array(UNGUESSABLE_LENGTH))),
    PARAMETERS,
  );
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** What is kept of a password: algorithm, parameters, salt and digest in one text. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, PARAMETERS));
  }

  /** True when `password` is the one that `kept` was made from. Without `kept` it takes as long, and is false. */
  async matches(password: string, kept: string | null | undefined): Promise<boolean> {
    const digest = kept ?? (await this.decoy);
    const isRight = await this.inTurn(() => verify(digest, password));
    return isRight && typeof kept === 'string';
  }

  private async inTurn<T>(compute: () => Promise<T>): Promise<T> {
    if (this.running < AT_ONCE) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await compute();
    } finally {
      // The turn goes to the next in line, or back.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
