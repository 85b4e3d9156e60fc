import type { ContractId } from '@smartkey/kernel';
import type { BillTo, Invoice, Recipient } from '@smartkey/billing-domain';
import { openShared, sealShared } from '@smartkey/event-store';
import type { Party } from '@smartkey/messages';
import type { SharedSeal } from '@smartkey/secrets';

/*
 * The recipient on a document is kept by law. Its name stands in plain, for documents are looked for by it; contact, department and address
 * lie sealed in the log, in the ledger and among the profiles, as the contract service seals them, and are opened to draw up, to show and to
 * verify.
 */
const SEALED = ['postalCode', 'address', 'department', 'contact'] as const;

type Sealed<T> = { readonly [Field in keyof T]: Field extends (typeof SEALED)[number] ? unknown : T[Field] };

/** Whom a contract's documents are made out to, in the clear. */
export function openedRecipient(
  seal: SharedSeal,
  contract: ContractId,
  party: Party | Sealed<Recipient>,
): Recipient {
  return { ...changed(party, (value) => openShared(seal, contract, value)), name: party.name };
}

/** What a billing profile says of the recipient, in the clear. */
export const openedBillTo = (seal: SharedSeal, contract: ContractId, billTo: BillTo): BillTo =>
  changed(billTo, (value) => openShared(seal, contract, value));

/** A document as the log holds it. */
export const sealedInvoice = (seal: SharedSeal, invoice: Invoice): object => ({
  ...invoice,
  recipient: changed(invoice.recipient, (value) => sealShared(seal, invoice.contract, value)),
});

/** A document of the log, in the clear; also one from before recipients were sealed. */
export function openedInvoice(seal: SharedSeal, data: object): Invoice {
  const invoice = data as Omit<Invoice, 'recipient'> & { readonly recipient: Sealed<Recipient> };
  return { ...invoice, recipient: openedRecipient(seal, invoice.contract, invoice.recipient) };
}

function changed(recipient: object, change: (value: unknown) => unknown): BillTo {
  const copy: Record<string, unknown> = { ...recipient };
  for (const field of SEALED) if (copy[field] !== undefined) copy[field] = change(copy[field]);
  return copy as BillTo;
}
