import type { Database } from '@smartkey/database';
import { orThrow } from '@smartkey/http';
import { conflict, invalid, type Instant } from '@smartkey/kernel';
import { advanceClock, type ClockedService } from '@smartkey/runtime';

/** Reads and moves business time of all services, where it is the sandbox's. */
export class SandboxTime {
  constructor(
    private readonly mode: 'system' | 'sandbox',
    private readonly services: readonly ClockedService[],
    private readonly database: Database,
    /** Told before the services: the gateway's own clock where it has one. */
    private readonly onMoved: (now: Instant) => void = () => undefined,
  ) {}

  /** The latest of the services' times: one that was cut off on the way is behind. */
  async now(): Promise<Instant> {
    this.demandSandbox();
    const times = await Promise.all(this.services.map((service) => service.now()));
    return times.sort().at(-1)!;
  }

  /**
   * Forward only. Answers when everything due until then has run and every service has taken it over; repeated after a
   * failure it goes on.
   */
  async moveTo(target: Instant): Promise<Instant> {
    this.demandSandbox();
    await this.database.exclusively('sandbox-clock', async () => {
      if (target < (await this.now()))
        orThrow(
          invalid('clock-goes-forward-only', 'The sandbox clock goes forward only.', {
            rule: 'forward-only',
            pointer: '/now',
          }),
        );
      await advanceClock(this.services, target);
      this.onMoved(target);
    });
    return this.now();
  }

  private demandSandbox(): void {
    if (this.mode !== 'sandbox')
      orThrow(
        conflict(
          'clock-is-the-systems',
          'Business time is the machine’s here: SMARTKEY_CLOCK is not set to sandbox.',
        ),
      );
  }
}
