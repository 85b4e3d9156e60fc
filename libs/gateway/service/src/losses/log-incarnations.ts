import type { EventStore } from '@smartkey/event-store';
import { ProblemException } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { AskedService } from '../forwarding/asked-service.ts';
import type { Owner } from '../forwarding/ownership.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';

/** What is known is good for so long (system time): repeats come in swarms. */
const FRESH_MILLIS = 1_000;

/** How a log went on after its last loss was accepted. */
export interface LastIncarnation {
  /** 1 where none was ever lost. */
  readonly number: number;
  readonly keptPosition: bigint;
  readonly begunAt: Instant | undefined;
}

interface Told {
  readonly number: number;
  readonly keptPosition: string;
  readonly begunAt: Instant | null;
}

/** Since when each owner's log goes on as it does, asked of the owner. */
export class LogIncarnations {
  readonly #known = new Map<Owner, { readonly last: LastIncarnation; readonly at: number }>();

  constructor(
    private readonly owners: Readonly<Record<Owner, OwnerPort>>,
    private readonly token: string,
    /** The gateway's own log. */
    private readonly own: Pick<EventStore, 'standing'>,
  ) {}

  /** What was known last where the owner does not answer; undefined where nothing is known. */
  async of(owner: Owner): Promise<LastIncarnation | undefined> {
    const known = this.#known.get(owner);
    if (known !== undefined && performance.now() - known.at < FRESH_MILLIS) return known.last;
    try {
      const last = owner === 'gateway' ? await this.#own() : await this.#ask(owner);
      if (last !== undefined) this.#known.set(owner, { last, at: performance.now() });
      return last;
    } catch (error) {
      if (error instanceof ProblemException) return known?.last;
      throw error;
    }
  }

  async #own(): Promise<LastIncarnation> {
    const { standing } = this.own;
    const last = (await standing.incarnations()).at(-1);
    if (last === undefined) return { number: 1, keptPosition: 0n, begunAt: undefined };
    return { ...last, begunAt: await standing.begunAt() };
  }

  /** @returns undefined of a version before, which cannot tell. */
  async #ask(owner: Owner): Promise<LastIncarnation | undefined> {
    const asked = new AskedService(this.owners[owner], this.token);
    const told = await asked.find<Told>({ path: '/internal/log/incarnation' });
    return (
      told && {
        number: told.number,
        keptPosition: BigInt(told.keptPosition),
        begunAt: told.begunAt ?? undefined,
      }
    );
  }
}
