import {
  identityOf,
  seriesDecider,
  seriesStreamOf,
  type CloseMonth,
  type ContractInSeries,
  type SeriesEvent,
  type SeriesState,
} from '@smartkey/billing-domain';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import {
  inAppendSpan,
  MOST_APPEND_BYTES,
  retryBehindFence,
  storedBytes,
  WrongExpectedRevisionError,
  type EventStore,
  type StreamAppend,
} from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import {
  type Clock,
  type Fact,
  type Instant,
  type NewEvent,
  type RecordedEvent,
  type ContractId,
  type RunId,
  unrefused,
} from '@smartkey/kernel';
import type { SharedSeal } from '@smartkey/secrets';
import type { SeriesInUse } from '../losses/document-series.ts';
import type { Rated } from '../rating/rate-contracts.ts';
import { openedInvoice, sealedInvoice } from '../log/sealed-recipient.ts';
import type { CloseMetrics } from './close.metrics.ts';
import { expectedAt, metadataOf, MonthClosings, type Closing } from './month-closings.ts';

/** Documents of one append: few enough that none waits long, many enough that the log is not the cost. */
const DOCUMENTS_PER_APPEND = 250;
/** Documents of others that are read at once where they came first. */
const EVENTS_PER_READ = 100;

/** What became of a draft: its number, which an earlier run may have given it. */
export interface IssuedDraft {
  readonly contract: ContractId;
  readonly kind: 'invoice' | 'correction' | 'credit-note';
  readonly month: ServiceMonth;
  readonly number: string;
}

/** What drafts come to at a revision of the series. */
interface Fitting {
  readonly issued: readonly IssuedDraft[];
  readonly events: readonly NewEvent[];
  readonly revision: number;
  /** The contracts that have changed by it. */
  readonly contracts: ReadonlyMap<ContractId, ContractInSeries>;
}

/**
 * Issues what a run has drawn up. The decider of the series says what each draft becomes; it knows the contracts at hand as they were at
 * the revision that the append expects. A document that somebody else puts in between (an approved credit note, say) is folded in, and
 * decided about again: numbers are places in the stream, so they have no gaps.
 */
export class SeriesWriter {
  #revision: number;
  readonly #contracts = new Map<ContractId, ContractInSeries>();
  readonly #decider: ReturnType<typeof seriesDecider>;
  readonly #stream: string;
  /** The months of its contracts, on their own streams. */
  readonly closings: MonthClosings;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly inUse: Pick<SeriesInUse, 'series' | 'begun'>,
    /** Its last revision, up to which the books are complete when the first drafts are drawn up. */
    revision: number,
    /** What it issues bears the day of the run, however long the run takes. */
    private readonly run: { readonly run: RunId; readonly day: JstDay },
    private readonly metrics: CloseMetrics,
    private readonly parties: SharedSeal,
  ) {
    this.#revision = revision;
    this.#decider = seriesDecider(inUse.series);
    this.#stream = seriesStreamOf(inUse.series);
    this.closings = new MonthClosings(store, clock, run.run);
  }

  /** The contracts that drafts are of from here on, as the books have them. They are complete: a run begins when they are up to date. */
  take(contracts: ReadonlyMap<ContractId, ContractInSeries>): void {
    this.#contracts.clear();
    for (const [contract, known] of contracts) this.#contracts.set(contract, known);
  }

  /**
   * Issues drafts in their order, as many as one append takes, and all of these or none. Where the store can, the months of contracts that
   * have no further draft are recorded by the same append: they leave `closing`.
   * @returns what the first drafts became, at least one.
   * @throws Error for a draft that does not count from all documents of its contract: it has to be drawn up again.
   */
  async issue(
    drafts: readonly Rated[],
    positions: Readonly<Record<string, string>>,
    closing: Map<ContractId, Closing>,
  ): Promise<readonly IssuedDraft[]> {
    return retryBehindFence(
      this.clock,
      async (stamp) => {
        const now = stamp();
        const { issued, events, revision, contracts } = this.#fitting(drafts, now, positions);
        if (events.length > 0) {
          const documents = {
            stream: this.#stream,
            expected: expectedAt(this.#revision),
            events,
            stampedAt: now,
          };
          const goOn = new Set(drafts.slice(issued.length).map(({ draft }) => draft.contract));
          await inAppendSpan(events.length, () => this.#append(documents, issued, goOn, closing));
        }
        this.#revision = revision;
        for (const [contract, known] of contracts) this.#contracts.set(contract, known);
        this.metrics.invoices.inc(events.length);
        return issued;
      },
      { again: (error) => this.#overtaken(error) },
    );
  }

  /** Documents alone where the store cannot do more in one, or where something else than they is in the way. */
  async #append(
    documents: StreamAppend & { readonly stampedAt: Instant },
    issued: readonly IssuedDraft[],
    goOn: ReadonlySet<ContractId>,
    closing: Map<ContractId, Closing>,
  ): Promise<void> {
    if (this.store.appendTogether !== undefined) {
      const ended = allIssued(issued, goOn, closing);
      const closes = ended.flatMap((each) => this.closings.appendOf(each, documents.stampedAt));
      if (closes.length > 0 && (await this.store.appendTogether([documents, ...closes])) !== undefined) {
        for (const [contract] of ended) closing.delete(contract);
        return;
      }
    }
    await this.store.append(documents);
  }

  /** A single document that does not fit is left to the log, which refuses it by its name. */
  #fitting(drafts: readonly Rated[], now: Instant, positions: Readonly<Record<string, string>>): Fitting {
    const issued: IssuedDraft[] = [];
    const events: NewEvent[] = [];
    const contracts = new Map<ContractId, ContractInSeries>();
    let revision = this.#revision;
    let bytes = 0;
    for (const rated of drafts.slice(0, DOCUMENTS_PER_APPEND)) {
      const { draft } = rated;
      const { contract } = draft;
      const state = this.#stateOf(contract, revision, contracts.get(contract));
      const event = this.#decided(rated, state, positions);
      if (event === undefined) {
        issued.push({ ...namesOf(draft), number: state.contracts[contract]!.invoices[draft.month]! });
        continue;
      }
      const stored = this.#newEvent(event, rated.after, now);
      bytes += storedBytes(this.#stream, stored);
      if (events.length > 0 && bytes > MOST_APPEND_BYTES) break;
      issued.push({ ...namesOf(draft), number: event.data.number });
      events.push(stored);
      const next = this.#evolved(state, event, now);
      contracts.set(contract, next.contracts[contract]!);
      revision = next.revision;
    }
    return { issued, events, revision, contracts };
  }

  /** The series with one contract at hand: nothing is decided about several. */
  #stateOf(contract: ContractId, revision: number, changed?: ContractInSeries): SeriesState {
    const known = changed ?? this.#contracts.get(contract);
    return {
      series: this.inUse.series,
      revision,
      contracts: known === undefined ? {} : { [contract]: known },
    };
  }

  /** The event that a draft leads to; none where its month is issued. */
  #decided(
    { draft, inputsHash, paymentTerm, after, recorded }: Rated,
    state: SeriesState,
    positions: Readonly<Record<string, string>>,
  ): SeriesEvent | undefined {
    const type = draft.kind === 'invoice' ? ('Issue' as const) : ('Correct' as const);
    const issue = { issuedOn: this.run.day, paymentTerm, positions, inputsHash, recorded };
    return unrefused(this.#decider.decide({ type, draft, after, issue }, state))[0];
  }

  #evolved(state: SeriesState, event: SeriesEvent, now: Instant): SeriesState {
    return this.#decider.evolve(state, { ...event, occurredAt: now, recordedAt: now } as Fact<SeriesEvent>);
  }

  /** Where another document came first, what is new is folded in. */
  async #overtaken(error: unknown): Promise<boolean> {
    if (!(error instanceof WrongExpectedRevisionError) || error.stream !== this.#stream) return false;
    const before = this.#revision;
    for (;;) {
      const from = this.#revision + 1;
      const events = await this.store.readStream(this.#stream, { from, limit: EVENTS_PER_READ });
      for (const event of events) this.#fold(this.#eventOf(event), event.occurredAt);
      if (events.length < EVENTS_PER_READ) return this.#revision > before;
    }
  }

  #fold(event: SeriesEvent, now: Instant): void {
    const { contract } = event.data;
    const next = this.#evolved(this.#stateOf(contract, this.#revision), event, now);
    this.#revision = next.revision;
    const known = next.contracts[contract];
    if (known !== undefined) this.#contracts.set(contract, known);
  }

  #eventOf({ type, version, data }: RecordedEvent): SeriesEvent {
    return { type, version, data: openedInvoice(this.parties, data) } as SeriesEvent;
  }

  #newEvent(event: SeriesEvent, after: number, now: Instant): NewEvent {
    return {
      id: derivedUuid(...(identityOf(event, after, this.inUse.begun) as [string, ...string[]])),
      type: event.type,
      version: event.version,
      data: sealedInvoice(this.parties, event.data),
      metadata: metadataOf(this.run.run, event.data.month),
      occurredAt: now,
    };
  }
}

const namesOf = ({ contract, kind, month }: Rated['draft']): Omit<IssuedDraft, 'number'> => ({
  contract,
  kind,
  month,
});

/** Contracts of which all drafts are among those issued, each with what is to be recorded of it. */
function allIssued(
  issued: readonly IssuedDraft[],
  goOn: ReadonlySet<ContractId>,
  closing: ReadonlyMap<ContractId, Closing>,
): readonly (readonly [ContractId, Closing])[] {
  const months = new Map<ContractId, CloseMonth[]>();
  for (const { contract, kind, month, number } of issued) {
    if (goOn.has(contract)) continue;
    const done = months.get(contract) ?? [...(closing.get(contract)?.months ?? [])];
    if (kind === 'invoice') done.push({ contract, month, outcome: 'issued', number });
    months.set(contract, done);
  }
  return [...months].flatMap(([contract, done]) => {
    const known = closing.get(contract);
    return known === undefined ? [] : [[contract, { billed: known.billed, months: done }] as const];
  });
}
