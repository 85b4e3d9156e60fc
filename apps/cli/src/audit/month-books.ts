import { DOCUMENT_TYPES, revisionOf } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { ContractId, RecordedEvent } from '@smartkey/kernel';
import type { BillingMessages, ContractTopicMessages, InvoiceMessage } from '@smartkey/messages';
import { Chains, type BrokenEvent } from './chains.ts';

const SERIES = 'series-';

/** Where a document of the month stands. */
export interface DocumentPlace {
  readonly stream: string;
  readonly revision: number;
  readonly number: string;
}

/** A file that a document became. */
export interface DocumentFile {
  readonly kind: string;
  readonly mediaType: string;
  readonly sha256: string;
}

/** What is wrong with the month, or open. */
export type MonthFault =
  | ({ readonly kind: 'broken' } & BrokenEvent)
  | {
      readonly kind: 'misnumbered';
      readonly stream: string;
      readonly revision: number;
      readonly number: string;
    }
  | { readonly kind: 'document-missing'; readonly contract: ContractId; readonly number: string }
  | { readonly kind: 'close-missing'; readonly contract: ContractId; readonly number: string }
  | { readonly kind: 'not-closed'; readonly contract: ContractId };

interface TaxSum {
  taxable: bigint;
  tax: bigint;
}

/** The documents of one month, as the whole of billing's log and of the contract service's tells them. */
export class MonthBooks {
  readonly places: DocumentPlace[] = [];
  readonly #chains = new Chains();
  readonly #files = new Map<string, DocumentFile[]>();
  readonly #invoices = new Map<string, ContractId>();
  readonly #closed = new Map<ContractId, BillingMessages['MonthClosed']>();
  readonly #accepted = new Map<ContractId, string>();
  /** Last days of contracts that have ended. */
  readonly #ended = new Map<ContractId, string>();
  readonly #misnumbered: MonthFault[] = [];
  readonly #taxes = new Map<string, TaxSum>();
  readonly #kinds = new Map<string, number>();
  readonly #series = new Map<string, number>();

  constructor(private readonly month: ServiceMonth) {}

  /** An event of billing's log, in its order. */
  takeBilling(event: RecordedEvent): void {
    const { type, stream, data } = event;
    if (stream.startsWith(SERIES)) this.#takeSeries(event);
    else if (type === 'MonthClosed') {
      const { contract, ...closed } = data as BillingMessages['MonthClosed'] & {
        readonly contract: ContractId;
      };
      // Nothing due is not final: the last one holds.
      if (closed.month === this.month) this.#closed.set(contract, closed);
    } else if (type === 'DocumentRendered') {
      const { number, kind, mediaType, sha256 } = data as BillingMessages['DocumentRendered'];
      this.#files.set(number, [...(this.#files.get(number) ?? []), { kind, mediaType, sha256 }]);
    }
  }

  /** An event of the contract service's log. */
  takeContract({ type, stream, data }: RecordedEvent): void {
    const contract = stream.slice('contract-'.length) as ContractId;
    if (type === 'ContractAccepted') {
      const { acceptedOn } = data as ContractTopicMessages['ContractAccepted'];
      this.#accepted.set(contract, acceptedOn);
    } else if (type === 'ContractTerminated') {
      // A correction may move it: the last one holds.
      const { lastDay } = data as ContractTopicMessages['ContractTerminated'];
      this.#ended.set(contract, lastDay);
    }
  }

  filesOf(number: string): readonly DocumentFile[] {
    return this.#files.get(number) ?? [];
  }

  /** What was found, once everything was taken. */
  result() {
    const faults = this.#faults();
    return {
      month: this.month,
      complete: faults.length === 0,
      documents: Object.fromEntries(this.#kinds),
      taxes: [...this.#taxes].map(([taxCode, { taxable, tax }]) => ({
        taxCode,
        taxable: String(taxable),
        tax: String(tax),
      })),
      contracts: {
        accepted: this.#acceptedByThen().length,
        issued: [...this.#closed.values()].filter(({ outcome }) => outcome === 'issued').length,
        nothingDue: [...this.#closed.values()].filter(({ outcome }) => outcome === 'nothing-due').length,
      },
      series: [...this.#series].map(([name, documents]) => ({ name, documents })),
      faults,
    };
  }

  #takeSeries(event: RecordedEvent): void {
    const { stream, revision, type, data } = event;
    this.#chains.follow(event);
    const name = stream.slice(SERIES.length);
    this.#series.set(name, (this.#series.get(name) ?? 0) + 1);
    if (!DOCUMENT_TYPES.has(type)) return;
    const { number, month, kind, contract, taxes } = data as InvoiceMessage;
    if (revisionOf(name, number) !== revision)
      this.#misnumbered.push({ kind: 'misnumbered', stream, revision, number });
    if (month !== this.month) return;
    this.places.push({ stream, revision, number });
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    if (kind === 'invoice') this.#invoices.set(number, contract);
    for (const { taxCode, taxable, tax } of taxes) {
      const sum = this.#taxes.get(taxCode) ?? { taxable: 0n, tax: 0n };
      sum.taxable += BigInt(taxable);
      sum.tax += BigInt(tax);
      this.#taxes.set(taxCode, sum);
    }
  }

  #acceptedByThen(): readonly ContractId[] {
    // By text: the month's last day sorts before `2024-01-99`.
    return [...this.#accepted].flatMap(([contract, on]) => (on <= `${this.month}-99` ? [contract] : []));
  }

  /** Of months after its end a close says nothing. */
  #endedBefore(contract: ContractId): boolean {
    const lastDay = this.#ended.get(contract);
    return lastDay !== undefined && lastDay < `${this.month}-01`;
  }

  #faults(): readonly MonthFault[] {
    const missing = [...this.#closed].flatMap(([contract, { number }]): MonthFault[] =>
      number !== undefined && this.#invoices.get(number) !== contract
        ? [{ kind: 'document-missing', contract, number }]
        : [],
    );
    const unclosed = [...this.#invoices].flatMap(([number, contract]): MonthFault[] =>
      this.#closed.get(contract)?.number === number ? [] : [{ kind: 'close-missing', contract, number }],
    );
    const open = this.#acceptedByThen().flatMap((contract): MonthFault[] =>
      this.#closed.has(contract) || this.#endedBefore(contract) ? [] : [{ kind: 'not-closed', contract }],
    );
    const broken = this.#chains.broken.map((each): MonthFault => ({ kind: 'broken', ...each }));
    return [...broken, ...this.#misnumbered, ...missing, ...unclosed, ...open];
  }
}
