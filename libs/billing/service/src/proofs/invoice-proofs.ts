import type { ReadHead } from '@smartkey/billing-domain';
import type { ServiceName } from '@smartkey/event-bus';
import { canonicalJson, type EventStore } from '@smartkey/event-store';
import { ProblemException, unavailable } from '@smartkey/http';
import type { ProjectionReader } from '@smartkey/projections';
import type { ShownAs, WitnessedLog } from '@smartkey/transparency';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import { Turns } from '../shared/turns.ts';
import { INPUT_LOGS } from './log-heads.ts';
import type { InputPlace } from './input-place.ts';
import type { ProofSources } from './proof-sources.ts';
import { inputsOfOne } from './record-inputs.ts';

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

interface Shown {
  readonly position: bigint;
  readonly as: ShownAs;
}

/** One log of a proof: how much of it was witnessed, and what is shown of it. */
interface ProvedSource {
  readonly source: ServiceName;
  readonly log: WitnessedLog;
  readonly shown: readonly Shown[];
  /** Sizes whose roots are shown besides the first checkpoint's. */
  readonly old: readonly number[];
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
    const { invoice, position } = document;
    const { number } = invoice;
    const shown = await this.#inputs(document);
    const billing = shown.get('billing') ?? [];
    shown.set('billing', [...billing, { position, as: 'document' }]);
    const logs: ProvedSource[] = [];
    for (const source of INPUT_LOGS) {
      const events = shown.get(source);
      if (events === undefined) continue;
      const furthest = events.reduce((most, event) => (event.position > most ? event.position : most), 0n);
      const log = await this.parts.sources.witnessed(source, furthest);
      if (log === undefined) throw notYetCovered(`No witness has seen the log of ${source} yet.`);
      const last = BigInt(log.position);
      const head = invoice.inputs.heads?.find(({ origin }) => origin === log.origin);
      if (furthest > last || (head?.size ?? 0) > log.last.size)
        throw notYetCovered(`The last checkpoint of ${log.origin} that a witness has seen lies before it.`);
      if (source === 'billing') events.push(...(await this.#renderings(number, last)));
      events.sort((a, b) => (a.position < b.position ? -1 : 1));
      logs.push({ source, log, shown: events, old: oldSizes(log, head, held.get(source) ?? []) });
    }
    logs.sort((a, b) => (a.log.origin < b.log.origin ? -1 : 1));
    return { number, logs };
  }

  /** The lines of a proof, each ended by a line feed, many at a time. */
  async *written({ number, logs }: ReadyProof): AsyncGenerator<string> {
    let count = 2;
    yield line({ format: 'smartkey-proof/1', invoice: number, type: 'proof' });
    for (const { source, log, shown, old } of logs) {
      const { first, last, origin } = log;
      const size = last.size;
      yield line({
        attestedSince: timeOf(first.witnessedAt),
        checkpoint: last.note,
        first: first.note,
        log: origin,
        old: old.map(String),
        type: 'log',
        witnessed: timeOf(last.witnessedAt),
      });
      count += 1;
      const splits = [...old, first.size].filter((each) => each < size).sort((a, b) => a - b);
      for (let n = 0, from = 0; n === 0 || n < shown.length; n += EVENTS_AT_ONCE) {
        const events = shown
          .slice(n, n + EVENTS_AT_ONCE)
          .map((event) => ({ position: String(event.position), as: event.as }));
        const toEnd = n + EVENTS_AT_ONCE >= shown.length;
        const { lines, next } = await this.parts.sources.part(source, { size, from, splits, events, toEnd });
        from = next;
        count += lines.length;
        yield lines.map((each) => `${each}\n`).join('');
      }
    }
    yield line({ lines: String(count), type: 'end' });
  }

  /** Where the events stand that a document follows from; none for one from before that was recorded. */
  async #inputs(document: LoggedInvoice): Promise<Map<ServiceName, Shown[]>> {
    const { invoice } = document;
    const { inputs } = invoice;
    const found = new Map<ServiceName, Shown[]>();
    if (inputs.root === undefined) return found;
    const turns = new Turns();
    const { ledger, store, further } = this.parts;
    const pages = inputsOfOne(
      { sql: ledger.sql, store },
      inputs.positions,
      invoice,
      await further.placesOf(document),
    );
    const seen = new Map<ServiceName, Set<bigint>>();
    for await (const page of pages) {
      for (const [, { source, position }] of page) {
        const known = seen.get(source) ?? new Set<bigint>();
        seen.set(source, known.add(position));
      }
      await turns.next();
    }
    for (const [source, positions] of seen)
      found.set(
        source,
        [...positions].map((position) => ({ position, as: 'input' as const })),
      );
    // A ledger that is being built anew does not have them all yet.
    const count = [...seen.values()].reduce((sum, positions) => sum + positions.size, 0);
    if (count !== inputs.count)
      throw unavailable('The ledger does not have all that the document follows from.', RETRY_SECONDS);
    return found;
  }

  /** The files of a document, as far as they are covered. */
  async #renderings(number: string, upTo: bigint): Promise<readonly Shown[]> {
    const events = await this.parts.store.readStream(`rendition-${number}`);
    return events
      .filter(({ type, position }) => type === 'DocumentRendered' && position <= upTo)
      .map(({ position }) => ({ position, as: 'rendering' }));
  }
}

const line = (value: object): string => `${canonicalJson(value)}\n`;

const timeOf = (seconds: number | null): string =>
  new Date((seconds ?? 0) * 1_000).toISOString().replace('.000Z', 'Z');

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
