import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

/** Argon2id with the first of the parameters that OWASP recommends; memory in KiB. */
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const UNGUESSABLE_LENGTH = 32;

/** Keeps and checks passwords. Each takes a few milliseconds of another thread, and 19 MiB, by design. */
@Injectable()
export class Passwords {
  /** Compared with where there is no user, so that the time of an answer does not tell. */
  private readonly decoy = hash(
    String.fromCharCode(...crypto.getRandomValues(new Uint8Array(UNGUESSABLE_LENGTH))),
    PARAMETERS,
  );

  /** What is kept of a password: algorithm, parameters, salt and digest in one text. */
  hash(password: string): Promise<string> {
    return hash(password, PARAMETERS);
  }

  /** True when `password` is the one that `kept` was made from. Without `kept` it takes as long, and is false. */
  async matches(password: string, kept: string | null | undefined): Promise<boolean> {
    const isRight = await verify(kept ?? (await this.decoy), password);
    return isRight && typeof kept === 'string';
  }
}
