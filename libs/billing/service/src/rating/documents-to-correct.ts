import type { ContractId } from '@smartkey/kernel';
import type { Invoice } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import type { ProjectionReader } from '@smartkey/projections';
import type { SharedSeal } from '@smartkey/secrets';
import { documentsBilling } from '../documents/billing-documents.query.ts';
import { InvoiceLog } from '../log/invoice-log.ts';
import type { MeasuredContract } from './measure-contracts.ts';
import { groupByContract } from '../documents/billed.query.ts';

interface DocumentsToCorrect {
  /** By contract, in the order of issue. */
  readonly documents: ReadonlyMap<ContractId, readonly Invoice[]>;
  /** The numbers of those that a run has made. */
  readonly made: ReadonlySet<string>;
}

/**
 * The documents that bill something of the months to look at again, straight from the series.
 * @param before a position of billing's log; missing: all of them.
 */
export async function documentsToCorrect(
  parts: { readonly documents: ProjectionReader; readonly store: EventStore; readonly parties: SharedSeal },
  contracts: readonly (Pick<MeasuredContract, 'facts'> & {
    readonly again: readonly { readonly month: ServiceMonth }[];
  })[],
  { before, run }: { readonly before?: bigint; readonly run?: string } = {},
): Promise<DocumentsToCorrect> {
  const months = contracts.flatMap(({ facts, again }) =>
    again.map(({ month }) => ({ contract: facts.contract, month })),
  );
  const rows = await documentsBilling(parts.documents.sql, months);
  const log = new InvoiceLog(parts.store, parts.parties);
  const logged = await log.findMany(rows.map(({ number }) => number));
  const known = logged.filter(({ position }) => before === undefined || position < before);
  const made = known.filter(({ madeBy }) => madeBy === run);
  return {
    documents: groupByContract(known.map(({ invoice }) => invoice)),
    made: new Set(made.map(({ invoice }) => invoice.number)),
  };
}
