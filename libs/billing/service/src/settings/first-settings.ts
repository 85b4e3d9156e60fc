import { LogWentBackError, type EventStore } from '@smartkey/event-store';
import { Loop } from '@smartkey/lifecycle';
import type { ServiceParts } from '@smartkey/runtime';

/** Between two looks whether a log that went back may be written to again (system time). */
const LOOK_MILLIS = 1_000;

export interface FirstSettingsParts {
  readonly store: Pick<EventStore, 'standing'>;
  /** @throws ConfigurationError where the environment contradicts the log. */
  readonly enter: () => Promise<void>;
  readonly log: Pick<ServiceParts['log'], 'warn' | 'error'>;
}

/**
 * What the environment says of settings, before anything that needs them. A log that went back can be told nothing, and what it was told may be among what
 * it lacks: the service starts nevertheless, for reads go on, and the settings are entered once it is written to again.
 */
export class FirstSettings {
  readonly #later: Loop;
  #waits = false;

  constructor(private readonly parts: FirstSettingsParts) {
    this.#later = new Loop({
      turn: async () => {
        await this.#enter();
        return 'done';
      },
      periodMillis: LOOK_MILLIS,
      tell: (error) => {
        if (!(error instanceof LogWentBackError))
          parts.log.error(
            { err: error },
            'the settings of the environment could not be entered into the log',
          );
      },
    });
  }

  /** @throws ConfigurationError where the environment contradicts a log that stands. */
  async now(): Promise<void> {
    try {
      await this.#enter();
    } catch (error) {
      if (!(error instanceof LogWentBackError)) throw error;
      this.#waits = true;
      this.parts.log.warn('the log went back: the settings of the environment are looked at once it stands');
    }
  }

  /** Goes on with what {@link now} could not do. */
  start(): void {
    if (this.#waits) this.#later.start();
  }

  stop(): Promise<void> {
    return this.#later.stop();
  }

  async #enter(): Promise<void> {
    // Asked first: also what was told is compared with the log only where it is whole.
    await this.parts.store.standing.mustStand();
    await this.parts.enter();
  }
}
