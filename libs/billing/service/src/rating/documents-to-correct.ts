import type { Invoice } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import type { ProjectionReader } from '@smartkey/projections';
import type { SharedSeal } from '@smartkey/secrets';
import { documentsBilling } from '../documents/billing-documents.query.ts';
import { InvoiceLog } from '../log/invoice-log.ts';
import type { MeasuredContract } from './measure-contracts.ts';

/**
 * The documents that bill something of the months to look at again, by contract, in the order of issue: straight from the series.
 * @param before a position of billing's log; missing: all of them.
 */
export async function documentsToCorrect(
  parts: { readonly documents: ProjectionReader; readonly store: EventStore; readonly parties: SharedSeal },
  contracts: readonly (Pick<MeasuredContract, 'facts'> & {
    readonly again: readonly { readonly month: ServiceMonth }[];
  })[],
  before?: bigint,
): Promise<ReadonlyMap<string, readonly Invoice[]>> {
  const months = contracts.flatMap(({ facts, again }) =>
    again.map(({ month }) => ({ contract: facts.contract, month })),
  );
  const rows = await documentsBilling(parts.documents.sql, months);
  const log = new InvoiceLog(parts.store, parts.parties);
  const logged = await log.findMany(rows.map(({ number }) => number));
  const found = new Map<string, Invoice[]>();
  for (const { invoice, position } of logged) {
    if (before !== undefined && position >= before) continue;
    const known = found.get(invoice.contract);
    if (known === undefined) found.set(invoice.contract, [invoice]);
    else known.push(invoice);
  }
  return found;
}
