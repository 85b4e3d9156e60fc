import type { ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import { PeerUnavailableError } from '../service-definition.ts';
import type { ClockedService } from './advance-clock.ts';

/**
 * The clock of a service with several instances on one database. The time is stored there, so one that is down learns it when
 * it starts; each that runs must be told. What is due is settled by any one of them, for they share log and marks.
 */
export class InstancesClock implements ClockedService {
  constructor(
    readonly name: ServiceName,
    private readonly instances: readonly ClockedService[],
  ) {}

  async now(): Promise<Instant> {
    const { answers } = await this.#ofAll((instance) => instance.now());
    return answers.sort().at(-1)!;
  }

  async nextDue(): Promise<Instant | undefined> {
    return this.#ofOne((instance) => instance.nextDue());
  }

  async takeOver(now: Instant): Promise<void> {
    const { down } = await this.#ofAll((instance) => instance.takeOver(now));
    // One that was just starting may have read the time before another stored it, and listens by now.
    for (const instance of down)
      await instance.takeOver(now).catch((error: unknown) => {
        if (!isDown(error)) throw error;
      });
  }

  async settle(instant: Instant): Promise<void> {
    await this.#ofOne((instance) => instance.settle(instant));
  }

  /** Asks one after the other. @throws PeerUnavailableError where none is up, or one that is up fails. */
  async #ofAll<T>(
    ask: (instance: ClockedService) => Promise<T>,
  ): Promise<{ readonly answers: T[]; readonly down: readonly ClockedService[] }> {
    const answers: T[] = [];
    const down: ClockedService[] = [];
    let refusal: unknown;
    for (const instance of this.instances) {
      try {
        answers.push(await ask(instance));
      } catch (error) {
        if (!isDown(error)) throw error;
        down.push(instance);
        refusal = error;
      }
    }
    if (answers.length === 0) throw refusal;
    return { answers, down };
  }

  /** Asks the first that is up. */
  async #ofOne<T>(ask: (instance: ClockedService) => Promise<T>): Promise<T> {
    let refusal: unknown;
    for (const instance of this.instances) {
      try {
        return await ask(instance);
      } catch (error) {
        if (!isDown(error)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }
}

/** Nobody listens there; what is slow or fails may be working, and must not be passed over. */
function isDown(error: unknown): boolean {
  const cause =
    error instanceof PeerUnavailableError ? (error.cause as { code?: unknown } | undefined) : undefined;
  return cause?.code === 'ECONNREFUSED';
}
