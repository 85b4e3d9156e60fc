import type { LogEnd, PublishedWatermark, ServiceName } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import type { Clock, Instant } from '@smartkey/kernel';
import { ended } from '@smartkey/lifecycle';
import type { ProjectionHost } from '@smartkey/projections';
import { inSpan } from '@smartkey/tracing';
import type { DueWork } from '../service-definition.ts';

export interface CompletenessParts {
  readonly service: ServiceName;
  readonly clock: Clock;
  readonly store: EventStore;
  /** Of the service's own log. */
  readonly end: LogEnd;
  readonly projections: ProjectionHost;
  readonly watermark: PublishedWatermark;
  /** The services whose facts this one's own facts follow from. */
  readonly inputs: readonly ServiceName[];
  readonly dueWork?: DueWork;
  /** Says to an input that its watermark is waited for. */
  readonly want: WantWatermark;
}

/**
 * Says to a service that somebody waits for its watermark to pass an instant: it moves at once then, and not only once in a while.
 * A call may be lost: who waits on says it again.
 */
export type WantWatermark = (source: ServiceName, instant: Instant) => void;

/** So long may the service's own consumers take to catch up before the round is given up, to be tried again. */
const PATIENCE_MILLIS = 5_000;
/** A reaction may lead to an event that is reacted to in turn; ours are never deeper. */
const REACTION_DEPTH = 3;

/** Whose completeness each service's waits for (architecture: completeness). Nobody waits for billing. */
export const INPUTS: Readonly<Record<ServiceName, readonly ServiceName[]>> = {
  contract: [],
  'device-registry': ['contract'],
  authentication: ['contract', 'device-registry'],
  billing: ['contract', 'device-registry', 'authentication'],
};

/**
 * Raises a service's watermark W, the promise that everything that occurred before W is at or before a position of its
 * log: no online fact can be appended with an earlier time (the fence), its inputs have passed W, and
 * every reaction and timer due at or before W has appended. What cannot be promised is not published.
 */
export class Completeness {
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: CompletenessParts) {}

  /**
   * One round. Rounds of this process never overlap; rounds of other instances are harmless.
   * @returns the watermark as it stands then.
   * @throws whatever stood in the way; nothing was published.
   */
  round(): Promise<Instant | undefined> {
    const settings = { service: this.parts.service, root: true, quiet: true };
    const round = this.#running.then(() => inSpan('completeness round', settings, () => this.#round()));
    this.#running = ended(round);
    return round;
  }

  /** When something next becomes due by itself here. */
  nextDue(): Promise<Instant | undefined> {
    return this.parts.dueWork?.nextDue() ?? Promise.resolve(undefined);
  }

  /** Whether this service's watermark follows from that source's. */
  follows(source: ServiceName): boolean {
    return this.parts.inputs.includes(source);
  }

  /** Somebody waits for this service to pass the instant, and it can only behind its inputs. */
  async wantInputs(instant: Instant): Promise<void> {
    const { inputs, projections, want } = this.parts;
    const awaited = inputs.filter((source) => projections.reads(source));
    if (awaited.length === 0) return;
    const watermarks = await projections.watermarks();
    for (const source of awaited) if ((watermarks.get(source) ?? '') < instant) want(source, instant);
  }

  async #round(): Promise<Instant | undefined> {
    const { store, watermark, dueWork, projections, service } = this.parts;
    const target = await this.#target();
    const standing = (await watermark.current())?.instant;
    if (target === undefined) return standing;
    const raising = standing === undefined || standing < target;
    if (raising) await store.raiseFence(target);
    // Timers are found in the service's own read models, which must have what the log has.
    if (dueWork !== undefined) {
      if (!(await this.#caughtUp())) return standing;
      await dueWork.runDue(target);
    }
    if (!raising) return standing;
    for (let depth = 0; depth < REACTION_DEPTH && projections.reactsTo(service); depth += 1)
      if (!(await this.#caughtUp())) return standing;
    await watermark.publish(target, (await this.parts.end.look()).upTo);
    return target;
  }

  /** Waits until the service's own consumers have its own log up to now. */
  async #caughtUp(): Promise<boolean> {
    const { projections, service, end } = this.parts;
    if (!projections.reads(service)) return true;
    return projections.reached(service, (await end.look()).last, PATIENCE_MILLIS);
  }

  /** The furthest instant that this service's time and inputs have passed. */
  async #target(): Promise<Instant | undefined> {
    const { clock, inputs, projections } = this.parts;
    const awaited = inputs.filter((source) => projections.reads(source));
    const watermarks = awaited.length > 0 ? await projections.watermarks() : undefined;
    let target = clock.now();
    for (const source of awaited) {
      const passed = watermarks?.get(source);
      if (passed === undefined) return undefined;
      if (passed < target) target = passed;
    }
    return target;
  }
}
