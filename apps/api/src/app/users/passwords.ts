import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

/** Argon2id with OWASP's first recommended parameters; memory in KiB. */
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const UNGUESSABLE_LENGTH = 32;
/**
 * Number of concurrent hashes. Node uses four threads for hashing, files and names: a flood of sign-ins must leave some
 * of them free.
 */
const AT_ONCE = 2;

/** Hashes and checks passwords. Each takes several milliseconds of a thread, and 19 MiB, by design. */
@Injectable()
export class Passwords {
  /** Compared with when there is no such user, so that the response time does not reveal that. */
  private readonly decoy = hash(
    String.fromCharCode(...crypto.getRandomValues(new Uint8Array(UNGUESSABLE_LENGTH))),
    PARAMETERS,
  );
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** The stored form of a password: algorithm, parameters, salt and digest in one string. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, PARAMETERS));
  }

  /** True if `password` matches `kept`. Without `kept` it is false after the same time. */
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
      // Passes the turn to the next in line, or frees it.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
