import type { ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import { ended, isOneOf, rest } from '@smartkey/lifecycle';
import { PeerUnavailableError } from '../service-definition.ts';
import type { ClockedService } from './advance-clock.ts';
import { CLOCK_LEASE_MILLIS } from './business-clock.ts';

/** System time, in milliseconds. */
export interface InstanceWaits {
  /** How long an instance that does not answer may still go by the time that it knew. */
  readonly lease: number;
  /** How long one is waited for whose answer another could give as well; where no other could, for the lease. */
  readonly answer: number;
}

/** Beyond the lease, for the way to the instance. */
const MARGIN_MILLIS = 1_000;

/** An instance has its port open and says nothing: it is paused, or too busy to matter now. */
class SilentInstanceError extends PeerUnavailableError {
  constructor(service: ServiceName) {
    super(service, 'an instance has its port open and is silent');
  }
}

/**
 * The clock of a service with several instances on one database. The time is stored there, so one that is down learns it when
 * it starts, and one that is paused when it goes on: until it has, it does not go by its old one (`SandboxClock.follow`). Each
 * that runs must be told. What is due is settled by any one of them, for they share log and marks.
 */
export class InstancesClock implements ClockedService {
  /** Found silent: asked after the others from then on. */
  readonly #silent = new Set<ClockedService>();

  constructor(
    readonly name: ServiceName,
    private readonly instances: readonly ClockedService[],
    private readonly patience: InstanceWaits = { lease: CLOCK_LEASE_MILLIS + MARGIN_MILLIS, answer: 3_000 },
  ) {}

  async now(): Promise<Instant> {
    // Each of them asks the database: none knows what the others do not.
    return this.#ofOne((instance, millis) => this.#answerOf(instance, instance.now(), millis));
  }

  async nextDue(): Promise<Instant | undefined> {
    return this.#ofOne((instance, millis) => this.#answerOf(instance, instance.nextDue(), millis));
  }

  /** Answers when no instance goes by an earlier time any more. */
  async takeOver(now: Instant): Promise<void> {
    // One that was just starting may have read the time before another stored it, and listens by now.
    for (const instance of await this.#tellAll(now))
      await this.#answerOf(instance, instance.takeOver(now), this.patience.lease).catch((error: unknown) => {
        // Silent for the lease: it looks at the stored time before it goes by any, as one that is paused does.
        if (error instanceof SilentInstanceError) this.#silent.add(instance);
        else if (!isAway(error)) throw error;
      });
  }

  async settle(instant: Instant): Promise<void> {
    await this.#ofOne((instance, millis) => this.#whileAlive(instance, instance.settle(instant), millis));
  }

  /**
   * Tells all at once. Those that have not answered when the lease has passed since the first did, and with it the time was
   * stored, are passed over; so are those that are down.
   * @returns those that are down.
   * @throws PeerUnavailableError where none answers, or one that is up fails.
   */
  async #tellAll(now: Instant): Promise<readonly ClockedService[]> {
    const asked = this.instances.map((instance) => ({ instance, answer: instance.takeOver(now) }));
    const enough = new AbortController();
    const firstAnswered = Promise.any(asked.map(({ answer }) => answer)).then(() =>
      rest(this.patience.lease, undefined, { keepsAlive: false }),
    );
    // Where none has answered each has failed by itself, which is told below.
    void ended(firstAnswered).then(() => enough.abort());
    const down: ClockedService[] = [];
    let told = 0;
    let refusal: unknown;
    for (const { instance, answer } of asked) {
      try {
        await unlessSilent(answer, enough.signal, this.name);
        told += 1;
        this.#silent.delete(instance);
      } catch (error) {
        if (error instanceof SilentInstanceError) this.#silent.add(instance);
        else if (isAway(error)) down.push(instance);
        else throw error;
        refusal = error;
      }
    }
    if (told === 0) throw refusal;
    return down;
  }

  /**
   * Asks the first that is up and answers. Where none does, those that were only silent are waited for: one may be slow.
   * @throws PeerUnavailableError where none answers.
   */
  async #ofOne<T>(ask: (instance: ClockedService, millis: number) => Promise<T>): Promise<T> {
    const isSilent = (instance: ClockedService): number => Number(this.#silent.has(instance));
    const { answer, lease } = this.patience;
    let asked = [...this.instances].sort((a, b) => isSilent(a) - isSilent(b));
    let refusal: unknown;
    for (const millis of [answer, lease]) {
      const slow: ClockedService[] = [];
      for (const instance of asked) {
        try {
          const given = await ask(instance, millis);
          this.#silent.delete(instance);
          return given;
        } catch (error) {
          if (error instanceof SilentInstanceError) {
            this.#silent.add(instance);
            slow.push(instance);
          } else if (!isAway(error)) throw error;
          refusal = error;
        }
      }
      asked = slow;
    }
    throw refusal;
  }

  /** The only instance has no time limit but the call's own: there is nobody to ask instead. */
  #answerOf<T>(instance: ClockedService, answer: Promise<T>, millis: number): Promise<T> {
    if (this.instances.length === 1) return answer;
    return unlessSilent(answer, AbortSignal.timeout(millis), instance.name);
  }

  /** Work may take its time as long as its instance answers other questions. */
  async #whileAlive(instance: ClockedService, work: Promise<void>, millis: number): Promise<void> {
    if (this.instances.length === 1) return work;
    const silence = new AbortController();
    const done = new AbortController();
    const watch = async (): Promise<void> => {
      while (!done.signal.aborted) {
        await rest(millis, done.signal, { keepsAlive: false });
        if (!done.signal.aborted) await this.#answerOf(instance, instance.now(), millis);
      }
    };
    watch().catch((error: unknown) => silence.abort(error));
    try {
      await unlessSilent(work, silence.signal, instance.name);
    } finally {
      done.abort();
    }
  }
}

/** @throws SilentInstanceError where there is no answer by the time of the signal. */
function unlessSilent<T>(answer: Promise<T>, silence: AbortSignal, service: ServiceName): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new SilentInstanceError(service));
    answer.then(resolve, reject).finally(() => silence.removeEventListener('abort', giveUp));
    if (silence.aborted) setImmediate(giveUp);
    else silence.addEventListener('abort', giveUp);
  });
}

/** Nobody listens there, or who did has ended; what is up and fails must not be passed over. */
const isAway = (error: unknown): boolean =>
  error instanceof PeerUnavailableError &&
  isOneOf(error.cause, ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET']);
