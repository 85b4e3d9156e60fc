import { type Instant, laterOf } from '@smartkey/kernel';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';

/** One service as the one who moves the sandbox clock sees it: the routes of `ClockController`. */
export interface ClockedService {
  readonly name: ServiceName;
  /** `GET /internal/clock` */
  now(): Promise<Instant>;
  /** `GET /internal/clock/next-due` */
  nextDue(): Promise<Instant | undefined>;
  /** `PUT /internal/clock {now}` */
  takeOver(now: Instant): Promise<void>;
  /** `POST /internal/clock/settle {instant}` */
  settle(instant: Instant): Promise<void>;
}

/** Due work that is still due after it was carried out: going on would leave it behind. */
export class ClockStuckError extends Error {
  override readonly name = 'ClockStuckError';
}

/** How often settling one instant may make more due at that instant before it counts as a loop. */
const MAX_REPEATS = 5;

/**
 * Moves business time forward to `target`: every instant at which something becomes due on the way is set as the
 * time and settled in its turn, in the order of the instants, then the target itself. Safe to repeat.
 * @throws ClockStuckError, and whatever a service answers with.
 */
export async function advanceClock(services: readonly ClockedService[], target: Instant): Promise<void> {
  // Who waits for another comes behind it (architecture: completeness).
  const inOrder = [...services].sort((a, b) => SERVICES.indexOf(a.name) - SERVICES.indexOf(b.name));
  let settled: Instant | undefined;
  let repeats = 0;
  for (;;) {
    const due = await earliestDue(inOrder);
    const pending = due !== undefined && due <= target;
    if (settled === target && !pending) return;
    // What is overdue, from a run that was cut short or because another's work made it due, is settled as of now.
    const now = (await Promise.all(inOrder.map((service) => service.now()))).sort().at(-1)!;
    const next = pending ? laterOf(due, now) : target;
    repeats = next === settled ? repeats + 1 : 0;
    if (repeats > MAX_REPEATS)
      throw new ClockStuckError(`what is due at ${due} is still due after it was run`);
    // All at once: to wait for an instance that is paused takes its time.
    await Promise.all(inOrder.map((service) => service.takeOver(next)));
    for (const service of inOrder) await service.settle(next);
    settled = next;
  }
}

async function earliestDue(services: readonly ClockedService[]): Promise<Instant | undefined> {
  const dues = await Promise.all(services.map((service) => service.nextDue()));
  return dues.filter((due) => due !== undefined).sort()[0];
}
