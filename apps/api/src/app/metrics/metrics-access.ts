import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';

/** Access to the metrics: everyone who reaches the port, or only with `METRICS_TOKEN` if set. */
@Injectable()
export class MetricsAccess {
  private readonly wanted: Buffer | undefined;

  constructor(@Inject(SETTINGS) { metricsToken }: Settings) {
    this.wanted = metricsToken === undefined ? undefined : digest(metricsToken);
  }

  /** @throws AppError `unauthorized` without a token, `forbidden` with a wrong one */
  assertAllowed(authorization: string | undefined): void {
    if (!this.wanted) return;
    const [, token] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
    if (token === undefined)
      throw new AppError('unauthorized', 'METRICS_TOKEN must be presented as a bearer token.');
    if (!timingSafeEqual(digest(token), this.wanted))
      throw new AppError('forbidden', 'The token is not METRICS_TOKEN.');
  }
}

/** Fixed length for any token. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
