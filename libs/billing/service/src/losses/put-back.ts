import {
  CORRECTION_ISSUED_VERSION,
  CREDIT_NOTE_ISSUED_VERSION,
  identityOf,
  INVOICE_ISSUED_VERSION,
  numberOf,
  revisionOf,
  seriesStreamOf,
  type Invoice,
  type SeriesEvent,
} from '@smartkey/billing-domain';
import {
  canonicalJson,
  MOST_APPEND_BYTES,
  sealShared,
  storedBytes,
  type EventStore,
} from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, type Instant, type NewEvent, type RecordedEvent } from '@smartkey/kernel';
import type { SharedSeal } from '@smartkey/secrets';
import { termsVersionIn } from '@smartkey/terms';
import { publish } from '../log/publish.ts';

/** A document of a series as somebody holds it, whole. */
export interface HeldDocument {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly revision: number;
  readonly occurredAt: Instant;
  /** As the log holds documents: of the recipient all but the name sealed. */
  readonly data: object;
  /** Of its event, hex; undefined where the holder does not tell it. */
  readonly hash: string | undefined;
  /** Hash of the event before it in its stream, hex; undefined where the holder does not tell it. */
  readonly previous: string | undefined;
  /** The hash that it had before it was lost the last time, where it was put back before. */
  readonly hashBefore?: string;
  /** Why its holder is not believed. */
  readonly why?: readonly [WhyNotPutBack, string];
  /** The command that made it: of invoices and corrections, the run. */
  readonly commandId: string;
}

/** Why a document is not put back. */
export type WhyNotPutBack =
  | 'number-given-again'
  | 'content-differs'
  | 'hash-differs'
  | 'not-as-signed'
  | 'billed-again'
  | 'number-before-unknown'
  | 'not-its-place'
  | 'version-unknown'
  | 'another-systems';

export interface NotPutBack {
  readonly number: string;
  readonly why: WhyNotPutBack;
  readonly detail: string;
}

export interface PutBackCounts {
  readonly putBack: number;
  /** In the log already, never lost or put back before. */
  readonly there: number;
  readonly refused: number;
}

/** Documents of the log that are read together. */
const READ_AT_ONCE = 100;
/** So many refusals are kept by name. */
const MOST_REFUSED = 200;

const NEWEST: Readonly<Record<string, number>> = {
  InvoiceIssued: INVOICE_ISSUED_VERSION,
  CorrectionIssued: CORRECTION_ISSUED_VERSION,
  CreditNoteIssued: CREDIT_NOTE_ISSUED_VERSION,
};

/** Hashes by which an event may be known: its own, and of one that was put back the one that it had first. */
const hashesOf = ({ hash, metadata }: Pick<RecordedEvent, 'hash' | 'metadata'>): readonly string[] =>
  metadata.putBack?.hash === undefined ? [hash] : [hash, metadata.putBack.hash];

/** The end of a series, with what is about to be appended. */
interface SeriesEnd {
  revision: number;
  /** Of the last document; none where nobody told one. */
  hashes: readonly string[];
  pending: NewEvent[];
  bytes: number;
  /** Documents of it that were read together. */
  read: readonly RecordedEvent[];
}

/**
 * Puts documents that billing's log has lost back under their own numbers: the same content at the same place of the same series, with the same id, in the
 * order of the numbers. Whatever was put back before a kill is found there by the next try. Documents of a series must come in the order of their numbers.
 */
export class DocumentsPutBack {
  readonly #ends = new Map<string, SeriesEnd>();
  readonly refusals: NotPutBack[] = [];
  #putBack = 0;
  #there = 0;
  #refused = 0;

  constructor(
    private readonly parts: {
      readonly store: Pick<EventStore, 'append' | 'readStream' | 'findEvent'>;
      readonly parties: SharedSeal;
      /** Names of series that were begun after a loss. */
      readonly begun: readonly string[];
      /** The incarnation of the log that began with the loss. */
      readonly incarnation: number;
      readonly by: string;
      readonly reason: string;
    },
  ) {}

  get counts(): PutBackCounts {
    return { putBack: this.#putBack, there: this.#there, refused: this.#refused };
  }

  async take(held: HeldDocument): Promise<void> {
    const refusal = await this.#whyNot(held);
    if (refusal === 'there') this.#there += 1;
    else if (refusal !== undefined) this.#refuse(held, refusal);
    else await this.#add(held);
  }

  /** Appends what is still to be appended. */
  async finish(): Promise<PutBackCounts> {
    for (const [stream, end] of this.#ends) await this.#flush(stream, end);
    return this.counts;
  }

  #refuse(held: HeldDocument, [why, detail]: readonly [WhyNotPutBack, string]): void {
    this.#refused += 1;
    const { number } = held.data as Partial<Invoice>;
    if (this.refusals.length < MOST_REFUSED)
      this.refusals.push({ number: number ?? `revision ${held.revision} of ${held.stream}`, why, detail });
  }

  async #whyNot(held: HeldDocument): Promise<'there' | readonly [WhyNotPutBack, string] | undefined> {
    const { data, stream, revision, type, version } = held;
    const { number, contract, month } = data as Invoice;
    const series = stream.slice(seriesStreamOf('').length);
    if (held.why !== undefined) return held.why;
    if (revisionOf(series, String(number)) !== revision)
      return [
        'not-its-place',
        `it stands at revision ${revision} of ${stream}, which is ${numberOf(series, revision)}`,
      ];
    if (version > (NEWEST[type] ?? 0))
      return ['version-unknown', `${type} of version ${version} is of a later program`];
    if (!this.#isOurs(held, series))
      return ['another-systems', `its id is not that of an invoice of ${contract} for ${month}`];
    const end = await this.#endOf(stream);
    if (revision <= end.revision) return this.#thereOr(held, end);
    if (revision > end.revision + 1)
      return [
        'number-before-unknown',
        `${numberOf(series, end.revision + 1)}, before it, is not known: numbers have no gaps`,
      ];
    if (held.previous !== undefined && end.hashes.length > 0 && !end.hashes.includes(held.previous))
      return [
        'another-systems',
        `it followed another document than the one at ${numberOf(series, revision - 1)}`,
      ];
    for (const begun of [undefined, ...this.parts.begun]) {
      const [again] = type === 'InvoiceIssued' ? [derivedUuid(...idPartsOf(held, begun))] : [held.id];
      const other = await this.parts.store.findEvent(again);
      if (other !== undefined)
        return ['billed-again', `its contract and month stand on ${(other.data as Invoice).number} already`];
    }
    return undefined;
  }

  /** The id of an invoice's event follows from its contract and month, of a note's from the note. */
  #isOurs(held: HeldDocument, series: string): boolean {
    if (held.type === 'CorrectionIssued') return true;
    return [undefined, series].some((begun) => derivedUuid(...idPartsOf(held, begun)) === held.id);
  }

  async #thereOr(held: HeldDocument, end: SeriesEnd): Promise<'there' | readonly [WhyNotPutBack, string]> {
    await this.#flush(held.stream, end);
    const event = await this.#read(held, end);
    if ([held.hash, held.hashBefore].some((hash) => hash !== undefined && hashesOf(event).includes(hash)))
      return 'there';
    if (contentOf(event) === contentOf(held)) return 'there';
    return event.id === held.id
      ? [
          'content-differs',
          'the document in the log under this number, for the same contract, says something else',
        ]
      : ['number-given-again', 'another document was given this number since'];
  }

  async #read({ stream, revision }: HeldDocument, end: SeriesEnd): Promise<RecordedEvent> {
    const at = (): RecordedEvent | undefined => end.read.find((each) => each.revision === revision);
    if (at() === undefined)
      end.read = await this.parts.store.readStream(stream, { from: revision, limit: READ_AT_ONCE });
    const event = at();
    if (event === undefined) throw new Error(`revision ${revision} of ${stream} was there, and is gone`);
    return event;
  }

  async #endOf(stream: string): Promise<SeriesEnd> {
    const known = this.#ends.get(stream);
    if (known !== undefined) return known;
    const [last] = await this.parts.store.readStream(stream, { direction: 'backwards', limit: 1 });
    const end: SeriesEnd = {
      revision: last?.revision ?? -1,
      hashes: last === undefined ? [] : hashesOf(last),
      pending: [],
      bytes: 0,
      read: [],
    };
    this.#ends.set(stream, end);
    return end;
  }

  async #add(held: HeldDocument): Promise<void> {
    const end = await this.#endOf(held.stream);
    const event = this.#eventOf(held);
    const bytes = storedBytes(held.stream, event);
    if (end.bytes + bytes > MOST_APPEND_BYTES) await this.#flush(held.stream, end);
    end.pending.push(event);
    end.bytes += bytes;
    end.revision = held.revision;
    end.hashes = [held.hash, held.hashBefore].filter((hash) => hash !== undefined);
  }

  /** @throws WrongExpectedRevisionError where somebody else appended to the series meanwhile. */
  async #flush(stream: string, end: SeriesEnd): Promise<void> {
    const events = end.pending;
    if (events.length === 0) return;
    const before = end.revision - events.length;
    await this.parts.store.append({ stream, expected: before < 0 ? 'no-stream' : before, events });
    this.#putBack += events.length;
    end.pending = [];
    end.bytes = 0;
  }

  #eventOf({ id, type, version, data, occurredAt, hash, commandId }: HeldDocument): NewEvent {
    const { parties, by, reason, incarnation } = this.parts;
    const { contract, month } = data as Invoice;
    return {
      id,
      type,
      version,
      data,
      occurredAt,
      metadata: {
        commandId,
        actor: systemActor('billing'),
        termsVersion: termsVersionIn(month),
        putBack: {
          ...(hash !== undefined && { hash }),
          incarnation,
          by: sealShared(parties, contract, by),
          reason: sealShared(parties, contract, reason),
        },
      },
    };
  }
}

/** A correction's place among its contract's documents is not told: its own id stands for it. */
const idPartsOf = ({ type, version, data }: HeldDocument, begun: string | undefined): [string, ...string[]] =>
  identityOf({ type, version, data } as SeriesEvent, 0, begun) as [string, ...string[]];

/** What others are told of a document: neither its place nor how its recipient is sealed. */
const contentOf = ({ type, version, data }: Pick<RecordedEvent, 'type' | 'version' | 'data'>): string =>
  canonicalJson(publish({ type, version, data } as RecordedEvent));
