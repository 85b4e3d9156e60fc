import type { ReadHead } from '@smartkey/billing-domain';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { canonicalJson, type EventStore } from '@smartkey/event-store';
import { ProblemException, unavailable } from '@smartkey/http';
import type { ProjectionReader } from '@smartkey/projections';
import { secondsText, type WitnessedLog } from '@smartkey/transparency';
import { Turns } from '@smartkey/lifecycle';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import type { InputPlace } from './input-place.ts';
import { sourceOf } from './log-heads.ts';
import type { ProofSources } from './proof-sources.ts';
import { inputsOfOne } from './record-inputs.ts';
import { ShownEvents } from './shown-events.ts';

/** Events of one log that are asked for at once: an answer of some megabytes at most. */
const EVENTS_AT_ONCE = 200;
/** So soon may a checkpoint that is under way have been witnessed. */
const RETRY_SECONDS = 60;

export interface ProofParts {
  readonly ledger: ProjectionReader;
  readonly store: EventStore;
  readonly sources: ProofSources;
  /** What a document alone follows from: of a credit note, what was agreed and the documents that it counts from. */
  readonly further: { placesOf(document: LoggedInvoice): Promise<readonly InputPlace[]> };
}

/** One log of a proof: how much of it was witnessed. */
export interface ProvedLogOf {
  readonly source: ServiceName;
  readonly log: WitnessedLog;
  /** Sizes whose roots are shown besides the first checkpoint's. */
  readonly old: readonly number[];
}

/** With what is shown of it. */
interface ProvedSource extends ProvedLogOf {
  readonly shown: ShownEvents;
}

/** How far a proof has been written. */
export interface ProofPlace {
  /** The log that is being written, in their order; all that there are where only the last line is missing. */
  readonly log: number;
  /** Events of it that are written. */
  readonly event: number;
  /** Its leaf behind the last one that is covered. */
  readonly leaf: number;
  /** Lines of all. */
  readonly lines: number;
}

/** The next lines of a proof. */
export interface WrittenLines {
  readonly text: string;
  /** Where it goes on behind them. */
  readonly place: ProofPlace;
  /** Events among them. */
  readonly events: number;
}

/** A proof that is ready to be written: what it shows is fixed. */
export interface ReadyProof {
  readonly number: string;
  readonly logs: readonly ProvedSource[];
}

/** Sizes of logs that a reader holds checkpoints of. */
export type HeldSizes = ReadonlyMap<ServiceName, readonly number[]>;

const notYetCovered = (detail: string): ProblemException =>
  new ProblemException(409, 'not-yet-covered', detail, { headers: { 'retry-after': String(RETRY_SECONDS) } });

/**
 * Proofs of documents in the format `smartkey-proof/1` (docs/proof-format.md). The checkpoints are fixed before the first line is written; the
 * lines are asked for as they are read, so that a proof of a million events takes no more memory than their positions.
 */
export class InvoiceProofs {
  constructor(private readonly parts: ProofParts) {}

  /** @throws ProblemException 409 where the last checkpoint that a witness has seen lies before the document or an input, 503 */
  async ready(document: LoggedInvoice, held: HeldSizes): Promise<ReadyProof> {
    const { invoice } = document;
    const shown = await this.#shown(document);
    const logs: ProvedSource[] = [];
    for (const source of SERVICES) {
      const events = shown.get(source);
      if (events === undefined) continue;
      const log = await this.parts.sources.witnessed(source, events.furthest);
      if (log === undefined) throw notYetCovered(`No witness has seen the log of ${source} yet.`);
      const head = invoice.inputs.heads?.find(({ origin }) => sourceOf(origin) === source);
      if (events.furthest > BigInt(log.position) || (head?.size ?? 0) > log.last.size)
        throw notYetCovered(`The last checkpoint of ${log.origin} that a witness has seen lies before it.`);
      logs.push({ source, log, shown: events, old: oldSizes(log, head, held.get(source) ?? []) });
    }
    showLosses(logs);
    logs.sort((a, b) => (a.log.origin < b.log.origin ? -1 : 1));
    return this.#withRenderings(invoice.number, logs);
  }

  /** A proof whose checkpoints were fixed before. @throws ProblemException 503 */
  async again(document: LoggedInvoice, fixed: readonly ProvedLogOf[]): Promise<ReadyProof> {
    const shown = await this.#shown(document);
    const logs = fixed.map((each) => ({ ...each, shown: shown.get(each.source)! }));
    showLosses(logs);
    return this.#withRenderings(document.invoice.number, logs);
  }

  /** The files of a document, as far as they are covered, are shown with it. */
  async #withRenderings(number: string, logs: readonly ProvedSource[]): Promise<ReadyProof> {
    const billing = logs.find(({ source }) => source === 'billing')!;
    const events = await this.parts.store.readStream(`rendition-${number}`);
    for (const { type, position } of events)
      if (type === 'DocumentRendered' && position <= BigInt(billing.log.position))
        billing.shown.add(position, 'rendering');
    return { number, logs };
  }

  /**
   * The lines of a proof, each ended by a line feed, many at a time.
   * @param from where it was left.
   */
  async *written({ number, logs }: ReadyProof, from?: ProofPlace): AsyncGenerator<WrittenLines> {
    let place = from ?? { log: 0, event: 0, leaf: 0, lines: 1 };
    if (from === undefined)
      yield { text: line({ format: 'smartkey-proof/1', invoice: number, type: 'proof' }), place, events: 0 };
    while (place.log < logs.length) {
      const proved = logs[place.log]!;
      const opening = place.event === 0 ? [headOf(proved)] : [];
      const { log, old, shown, source } = proved;
      const { size } = log.last;
      const events = shown.page(place.event, EVENTS_AT_ONCE);
      const event = place.event + events.length;
      const toEnd = event >= shown.size;
      const { lines, next } = await this.parts.sources.part(source, {
        size,
        from: place.leaf,
        splits: [...old, log.first.size].filter((each) => each < size).sort((a, b) => a - b),
        events,
        toEnd,
      });
      const count = place.lines + opening.length + lines.length;
      place = toEnd
        ? { log: place.log + 1, event: 0, leaf: 0, lines: count }
        : { log: place.log, event, leaf: next, lines: count };
      const text = [...opening, ...lines.map((each) => `${each}\n`)].join('');
      yield { text, place, events: events.length };
    }
    const end = { ...place, log: logs.length + 1, lines: place.lines + 1 };
    yield { text: line({ lines: String(end.lines), type: 'end' }), place: end, events: 0 };
  }

  /** What is shown of each log: the events that a document follows from, and itself. */
  async #shown(document: LoggedInvoice): Promise<Map<ServiceName, ShownEvents>> {
    const shown = await this.#inputs(document);
    const billing = shown.get('billing') ?? new ShownEvents();
    billing.add(document.position, 'document');
    return shown.set('billing', billing);
  }

  /** Where the events stand that a document follows from; none for one from before that was recorded. */
  async #inputs(document: LoggedInvoice): Promise<Map<ServiceName, ShownEvents>> {
    const { invoice } = document;
    const { inputs } = invoice;
    const found = new Map<ServiceName, ShownEvents>();
    if (inputs.root === undefined) return found;
    const turns = new Turns();
    const { ledger, store, further } = this.parts;
    const pages = inputsOfOne(
      { sql: ledger.sql, store },
      inputs.positions,
      invoice,
      await further.placesOf(document),
    );
    for await (const page of pages) {
      for (const [, { source, position }] of page) {
        const events = found.get(source) ?? new ShownEvents();
        found.set(source, events);
        events.add(position);
      }
      await turns.next();
    }
    // A ledger that is being built anew does not have them all yet.
    const count = [...found.values()].reduce((sum, { size }) => sum + size, 0);
    if (count !== inputs.count)
      throw unavailable('The ledger does not have all that the document follows from.', RETRY_SECONDS);
    return found;
  }
}

/** Behind an accepted loss a log says so itself, and every proof of it shows that. */
function showLosses(logs: readonly ProvedSource[]): void {
  for (const { log, shown } of logs)
    for (const position of log.restored ?? []) shown.add(BigInt(position), 'restored');
}

const line = (value: object): string => `${canonicalJson(value)}\n`;

const headOf = ({ log: { first, last, origin }, old }: ProvedSource): string =>
  line({
    attestedSince: timeOf(first.witnessedAt),
    checkpoint: last.note,
    first: first.note,
    log: origin,
    old: old.map(String),
    type: 'log',
    witnessed: timeOf(last.witnessedAt),
  });

const timeOf = (seconds: number | null): string => secondsText(seconds ?? 0);

/** The sizes that a reader can compare: of the head that the document records, and those that it holds. */
function oldSizes(
  { first, last }: WitnessedLog,
  head: ReadHead | undefined,
  held: readonly number[],
): number[] {
  const sizes = new Set([...held, ...(head === undefined ? [] : [head.size])]);
  return [...sizes]
    .filter((size) => size > 0 && size < last.size && size !== first.size)
    .sort((a, b) => a - b);
}
