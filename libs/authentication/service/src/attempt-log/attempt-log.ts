import type { ServiceParts } from '@smartkey/runtime';
import type { LoggedAttempt } from '../authentications/commit-decision.ts';
import type { AuthenticationSettings } from '../settings/authentication.settings.ts';
import { AttemptMonths } from './attempt-months.ts';
import { AttemptSeals } from './attempt-seals.ts';
import type { Attempt } from './attempt.ts';
import { AddressIndex } from './client-address.ts';
import { UncountedDenials } from './uncounted-denials.ts';

/** Every attempt to sign in, as it is written. */
export class AttemptLog {
  readonly months: AttemptMonths;
  readonly seals: AttemptSeals;
  readonly index: AddressIndex;
  readonly uncounted: UncountedDenials;

  constructor(
    { database, subjectKeys, lookupKey, clock, log }: ServiceParts,
    { attemptMonths }: AuthenticationSettings,
  ) {
    this.index = new AddressIndex(lookupKey);
    this.seals = new AttemptSeals(subjectKeys, this.index);
    this.months = new AttemptMonths(database, this.seals, clock, attemptMonths, log);
    this.uncounted = new UncountedDenials(database, this.months, this.seals, log);
  }

  start(): void {
    this.months.start();
    this.uncounted.start();
  }

  async stop(): Promise<void> {
    await this.uncounted.stop();
    await this.months.stop();
  }

  /** Makes an attempt ready for the statement that decides it: its month stands, its address and reference are sealed. */
  async logged(attempt: Attempt): Promise<LoggedAttempt> {
    const { at } = attempt;
    await this.months.ready([at]);
    const [origin] = await this.seals.columnsOf([attempt]);
    return { attempt, origin: origin! };
  }
}
