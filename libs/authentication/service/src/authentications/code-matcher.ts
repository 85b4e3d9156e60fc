import { unavailable } from '@smartkey/http';
import type { DeviceId, Instant } from '@smartkey/kernel';
import { SealBrokenError, UnknownKeyError } from '@smartkey/secrets';
import type { Logger } from 'pino';
import type { CredentialSecrets } from '../totp/credential-secrets.ts';
import type { AuthenticationMetrics } from './authentication.metrics.ts';
import type { Situation } from './read-situation.ts';

/** Says what devices make of a code. */
export class CodeMatcher {
  constructor(
    private readonly secrets: CredentialSecrets,
    private readonly metrics: AuthenticationMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Where there is no device, the same work for nothing.
   * @returns for each device the time steps whose code it is.
   * @throws ProblemException 503 where a secret does not open.
   */
  async match(
    credentials: Situation['credentials'],
    code: string,
    now: Instant,
  ): Promise<ReadonlyMap<DeviceId, readonly number[]>> {
    const steps = new Map<DeviceId, readonly number[]>();
    try {
      if (credentials.length === 0) await this.secrets.pretend(code, now);
      await Promise.all(
        credentials.map(async (credential) => {
          const { device, lastStep, period } = credential;
          this.metrics.observeClock(lastStep, period, now);
          steps.set(device, await this.secrets.matching(credential, code, now));
        }),
      );
      return steps;
    } catch (error) {
      if (!(error instanceof SealBrokenError || error instanceof UnknownKeyError)) throw error;
      this.metrics.brokenSecrets.inc();
      this.logger.error(
        { err: error },
        'a secret does not open: altered, moved to another row, or its key is gone',
      );
      throw unavailable();
    }
  }
}
