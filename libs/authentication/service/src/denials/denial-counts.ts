import { randomUUID } from 'node:crypto';
import type { DenialReason, DenialsCounted } from '@smartkey/authentication-domain';
import { retryBehindFence, type EventStore } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { type Clock, event, type Instant, systemActor, type ContractId } from '@smartkey/kernel';
import { ended, Loop, Worker } from '@smartkey/lifecycle';
import type { Logger } from 'pino';

/** How often the counts are written, by the system's clock. */
const FLUSH_MILLIS = 60_000;

type Counts = Map<DenialReason, number>;

/**
 * Counts denials per contract and reason and writes the counts now and then: a guesser shall not be able to fill the log.
 * What a killed process had not written yet is lost to these statistics; nothing else rests on them.
 */
export class DenialCounts extends Worker {
  readonly #instance = randomUUID();
  #counts = new Map<ContractId, Counts>();
  #from: Instant;
  #flushes = 0;
  protected readonly loop: Loop;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    super();
    this.#from = clock.now();
    this.loop = new Loop({
      turn: () => this.flush(),
      periodMillis: FLUSH_MILLIS,
      restsFirst: true,
      tell: (error) => logger.warn({ err: error }, 'denials could not be written yet'),
    });
  }

  count(contract: ContractId, reason: DenialReason): void {
    let counts = this.#counts.get(contract);
    if (counts === undefined) this.#counts.set(contract, (counts = new Map()));
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.flush();
  }

  /** Writes what was counted since the last time; what could not be written is kept for the next. */
  flush(): Promise<void> {
    return (this.#flushing = ended(this.#flushing).then(() => this.#write()));
  }

  async #write(): Promise<void> {
    const counted = this.#counts;
    const from = this.#from;
    if (counted.size === 0) return;
    this.#counts = new Map();
    this.#from = this.clock.now();
    const flush = ++this.#flushes;
    for (const [contract, counts] of counted) {
      try {
        await retryBehindFence(this.clock, (stamp) => this.#append(contract, counts, from, stamp(), flush));
        counted.delete(contract);
      } catch (error) {
        this.#keep(counted);
        if (from < this.#from) this.#from = from;
        throw error;
      }
    }
  }

  async #append(
    contract: ContractId,
    counts: Counts,
    from: Instant,
    to: Instant,
    flush: number,
  ): Promise<void> {
    const counted: DenialsCounted = event('DenialsCounted', {
      contract,
      from,
      to,
      byReason: Object.fromEntries(counts),
    });
    const id = derivedUuid(counted.type, this.#instance, contract, flush);
    const metadata = {
      commandId: `denials/${this.#instance}/${flush}`,
      actor: systemActor('authentication'),
    };
    await this.store.append({
      stream: `denials-${contract}`,
      expected: 'any',
      stampedAt: to,
      events: [{ ...counted, id, metadata, occurredAt: to }],
    });
  }

  #keep(unwritten: ReadonlyMap<ContractId, Counts>): void {
    for (const [contract, counts] of unwritten)
      for (const [reason, times] of counts) {
        const current = this.#counts.get(contract) ?? new Map<DenialReason, number>();
        this.#counts.set(contract, current.set(reason, (current.get(reason) ?? 0) + times));
      }
  }
}
