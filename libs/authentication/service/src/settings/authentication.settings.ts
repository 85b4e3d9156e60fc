import { wholeNumber, type Environment } from '@smartkey/configuration';

/** What an installation may set for its authentication. */
export interface AuthenticationSettings {
  /** Whole service months for which attempts are kept, beside the one that runs. */
  readonly attemptMonths: number;
}

/** Reads `SMARTKEY_ATTEMPT_MONTHS` (1–120, default 13). @throws ConfigurationError */
export const authenticationSettings = (env: Environment): AuthenticationSettings => ({
  attemptMonths: wholeNumber(env, 'SMARTKEY_ATTEMPT_MONTHS', 13, { least: 1, most: 120 }),
});
