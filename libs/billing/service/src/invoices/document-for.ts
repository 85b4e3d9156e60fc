import { notFoundProblem } from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';

/** A document that an actor may see. @throws ProblemException 404, alike for what is unknown and what is another's. */
export async function documentFor(log: InvoiceLog, number: string, actor: Actor): Promise<LoggedInvoice> {
  const logged = await log.find(number);
  if (logged === undefined || boundTo(actor, logged.invoice.contract) === 'another') throw notFoundProblem();
  return logged;
}

/** The contract that an actor may see, out of those asked for; office keys may see all. */
export function boundTo(actor: Actor, contract: ContractId | undefined): ContractId | 'another' | undefined {
  if (actor.role !== 'contractor') return contract;
  return contract === undefined || contract === actor.contract ? actor.contract : 'another';
}
