import type { ServiceMonth } from '@smartkey/calendar';
import { unreachable, type Fact, type ContractId, type CreditNoteId } from '@smartkey/kernel';
import type { SeriesName } from '../invoice/document-number.ts';
import type { Invoice } from '../invoice/invoice.ts';
import type { SeriesEvent } from './series.events.ts';

/** What the series holds of one contract. */
export interface ContractInSeries {
  /** Number of the ordinary invoice of each month that has one. */
  readonly invoices: Readonly<Record<ServiceMonth, string>>;
  /** How many invoices and corrections it has. What is drafted from all of them can tell by it whether one came since. */
  readonly documents: number;
  /** Numbers of its credit notes, by their ids. */
  readonly creditNotes: Readonly<Record<CreditNoteId, string>>;
  /** Documents that bill something of the months at hand, in the order of issue; those of this decision are added. */
  readonly billing: readonly Invoice[];
}

/**
 * The series of one issuer's documents, as far as a decision needs it. It may hold a million: at hand are the contracts that are decided
 * about, each whole, as they are at `revision`. Whoever appends expects that revision: where another document came first, the part of
 * the stream that is new is folded in and decided about again.
 */
export interface SeriesState {
  readonly series: SeriesName;
  /** Revision of the last document; −1 where there is none. */
  readonly revision: number;
  readonly contracts: Readonly<Record<ContractId, ContractInSeries>>;
}

export const nothingInSeries: ContractInSeries = {
  invoices: {},
  documents: 0,
  creditNotes: {},
  billing: [],
};

export const emptySeries = (series: SeriesName): SeriesState => ({ series, revision: -1, contracts: {} });

/** The series after one more document; of a contract that is not at hand it only takes a place. */
export function evolveSeries(state: SeriesState, event: Fact<SeriesEvent>): SeriesState {
  const next = { ...state, revision: state.revision + 1 };
  const known = state.contracts[event.data.contract];
  if (known === undefined) return next;
  return {
    ...next,
    contracts: { ...state.contracts, [event.data.contract]: evolveContractIn(known, event) },
  };
}

function evolveContractIn(known: ContractInSeries, event: Fact<SeriesEvent>): ContractInSeries {
  switch (event.type) {
    case 'InvoiceIssued':
      return {
        ...known,
        invoices: { ...known.invoices, [event.data.month]: event.data.number },
        documents: known.documents + 1,
        billing: [...known.billing, event.data],
      };
    case 'CorrectionIssued':
      return { ...known, documents: known.documents + 1, billing: [...known.billing, event.data] };
    case 'CreditNoteIssued':
      return {
        ...known,
        creditNotes: { ...known.creditNotes, [event.data.creditNote]: event.data.number },
        billing: [...known.billing, event.data],
      };
    default:
      return unreachable(event, known);
  }
}
