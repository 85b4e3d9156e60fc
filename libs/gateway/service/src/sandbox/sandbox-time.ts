import type { Database } from '@smartkey/database';
import { orThrow } from '@smartkey/http';
import { conflict, invalid, type Clock, type Instant } from '@smartkey/kernel';
import { advanceClock, SandboxClock, type ClockedService } from '@smartkey/runtime';

/** Reads and moves business time of all services, where it is the sandbox's. */
export class SandboxTime {
  constructor(
    private readonly clock: Clock,
    private readonly services: readonly ClockedService[],
    private readonly database: Database,
  ) {}

  /** The latest of the services' times, for a move that was cut off has left some behind. @throws ProblemException 409. */
  async now(): Promise<Instant> {
    const own = this.sandboxClock();
    const times = await Promise.all(this.services.map((service) => service.now()));
    const latest = times.sort().at(-1)!;
    if (latest > own.now()) await own.takeOver(latest);
    return latest;
  }

  /**
   * Forward only. Answers when everything due until then has run and every service has taken it over; repeated after a
   * failure it goes on.
   * @throws ProblemException 409 on the system's clock, 422 for a time that has passed; PeerUnavailableError (503).
   */
  async moveTo(target: Instant): Promise<Instant> {
    this.sandboxClock();
    await this.database.exclusively('sandbox-clock', async () => {
      if (target < (await this.now()))
        orThrow(
          invalid('clock-goes-forward-only', 'The sandbox clock goes forward only.', {
            rule: 'forward-only',
            pointer: '/now',
          }),
        );
      await advanceClock(this.services, target);
    });
    return this.now();
  }

  private sandboxClock(): SandboxClock {
    if (this.clock instanceof SandboxClock) return this.clock;
    return orThrow(
      conflict(
        'clock-is-the-systems',
        'Business time is the machine’s here: SMARTKEY_CLOCK is not set to sandbox.',
      ),
    );
  }
}
