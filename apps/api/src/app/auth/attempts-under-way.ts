import { AppError } from '../../platform/errors/app-error.js';

/** Each waits for a thread that computes for about 20 ms. */
const MAX_AT_ONCE = 50;
/** Reserved for known devices, so that a flood from many addresses does not keep their owners out. */
const RESERVED = 10;
/** Limit per address or device. */
const MAX_OF_ONE = 10;
const RETRY_AFTER_SEC = 1;

/** Limits concurrent password checks, and shares them between clients. */
export class AttemptsUnderWay {
  private readonly bySource = new Map<string, number>();
  private total = 0;

  /**
   * Begins an attempt.
   * @returns a function that ends it
   * @throws AppError `rate_limited` if there are too many
   */
  begin(source: string, isKnownDevice: boolean): () => void {
    const own = this.bySource.get(source) ?? 0;
    if (own >= MAX_OF_ONE || this.total >= (isKnownDevice ? MAX_AT_ONCE : MAX_AT_ONCE - RESERVED)) {
      const detail = `Too many sign-ins at once; try again in ${RETRY_AFTER_SEC} s.`;
      throw new AppError('rate_limited', detail, undefined, RETRY_AFTER_SEC);
    }
    this.total += 1;
    this.bySource.set(source, own + 1);
    return () => {
      this.total -= 1;
      const left = (this.bySource.get(source) ?? 1) - 1;
      if (left > 0) this.bySource.set(source, left);
      else this.bySource.delete(source);
    };
  }
}
