import { withinMillis } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import type { HealthContributor } from './health-contributor.ts';
import { NotReadyError } from './not-ready-error.ts';

/** System time throughout, in milliseconds. */
export interface CheckTimes {
  /** A part that does not answer for so long is not usable. */
  readonly patience: number;
  /** One that has not come to an end for so long is given up, and asked anew. */
  readonly givenUp: number;
}

const CHECK_TIMES: CheckTimes = { patience: 3_000, givenUp: 30_000 };

/** What a look at one part found. */
export interface Finding {
  readonly usable: boolean;
  /** Why not, where that may be read by anybody. */
  readonly reason?: string;
}

interface Look {
  readonly began: number;
  readonly found: Promise<Finding>;
  ended: boolean;
}

/**
 * One part's check, shared by all who ask while it runs: callers never pile up behind a part that does not answer, and however
 * many there are, it is asked by one.
 */
export class SharedCheck {
  #look: Look | undefined;

  constructor(
    private readonly part: HealthContributor,
    private readonly log: Logger,
    private readonly times: CheckTimes = CHECK_TIMES,
  ) {}

  get name(): string {
    return this.part.name;
  }

  find(): Promise<Finding> {
    const running = this.#look;
    if (running !== undefined && !running.ended && performance.now() - running.began < this.times.givenUp)
      return running.found;
    const late = new AbortController();
    const asked = Promise.resolve().then(() => this.part.check(late.signal));
    const look: Look = { began: performance.now(), found: this.#within(asked, late), ended: false };
    const end = (): void => void (look.ended = true);
    // Both ends are told by `found`.
    asked.then(end, end);
    this.#look = look;
    return look.found;
  }

  async #within(asked: Promise<void>, late: AbortController): Promise<Finding> {
    try {
      await withinMillis(asked, this.times.patience, () => new NotReadyError('no answer in time'));
      return { usable: true };
    } catch (error) {
      this.log.warn({ err: error, part: this.part.name }, 'not ready');
      return { usable: false, ...(error instanceof NotReadyError && { reason: error.message }) };
    } finally {
      late.abort();
    }
  }
}
