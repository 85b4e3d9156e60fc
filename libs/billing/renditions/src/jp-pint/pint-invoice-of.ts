import type { BankAccount, CreditNote, Endpoint, Invoice, Recipient } from '@smartkey/billing-domain';
import type { PrintableDocument } from '../printable-document.ts';
import type { PintAccount, PintInvoice, PintLine, PintParty } from './pint-invoice.ts';
import { pintLine } from './pint-lines.ts';
import { breakdownOf } from './pint-taxes.ts';
import { inDays, named } from './pint-words.ts';
import { isPayable } from './required-fields.ts';

/** Of several lines makes one, as a field of the file is. */
const inOneLine = (text: string): string =>
  text
    .trim()
    .split(/\s*[\r\n]+\s*/u)
    .join(' ');

const sellerOf = ({ document, issuer }: PrintableDocument, endpoint: Endpoint): PintParty => ({
  endpoint,
  name: document.issuer.name,
  street: inOneLine(issuer.address ?? ''),
  ...(issuer.postalCode !== undefined && { postalCode: issuer.postalCode }),
  ...(document.issuer.registrationNumber !== null && {
    registrationNumber: document.issuer.registrationNumber,
  }),
  ...(issuer.phone !== undefined && { contact: { phone: issuer.phone } }),
});

function buyerOf(
  { name, postalCode, address, department, contact }: Recipient,
  endpoint: Endpoint,
): PintParty {
  const person = [department, contact].filter((part) => part !== undefined).join(' ');
  return {
    endpoint,
    name,
    street: inOneLine(address ?? ''),
    ...(postalCode !== undefined && { postalCode }),
    ...(person !== '' && { contact: { name: inOneLine(person) } }),
  };
}

/** 普通 1, 当座 2; the codes of bank and branch where they are known, else their names. */
const accountOf = ({
  bank,
  bankCode,
  branch,
  branchCode,
  type,
  number,
  holder,
}: BankAccount): PintAccount => ({
  id: [bankCode ?? bank, branchCode ?? branch, type === 'ordinary' ? '1' : '2', number].join(':'),
  holder,
});

/**
 * What a correction and a credit note say of the invoice that they are about: its number, day and supply. They have no BillingReference,
 * which would tell the receiver that they take its place.
 */
function noteOf(document: Invoice | CreditNote): string | undefined {
  const { kind, corrects, period, total, dueOn } = document;
  const parts: string[] = [];
  if (corrects !== undefined) {
    const about = `${named(corrects)}、取引期間 ${inDays(period)}`;
    if (kind === 'credit-note') parts.push(`適格返還請求書: ${about}に対する値引です。`);
    else
      parts.push(`訂正: ${about}との差額です。${total.startsWith('-') ? '適格返還請求書を兼ねます。' : ''}`);
  }
  if ('agreedOn' in document) parts.push(`合意日 ${document.agreedOn}。`);
  if (total.startsWith('-')) parts.push(`ご返金予定日 ${dueOn}。`);
  return parts.length === 0 ? undefined : parts.join('');
}

/** The document's period stands where every line lies in it and none is about another invoice; each line has its own in any case. */
function periodOf(
  { period, lines: issued }: Invoice,
  lines: readonly PintLine[],
): Invoice['period'] | undefined {
  if (issued.some(({ corrects }) => corrects !== undefined)) return undefined;
  const isInside = ({ period: own }: PintLine): boolean => own.from >= period.from && own.to <= period.to;
  return lines.every(isInside) ? period : undefined;
}

/** A document of which nothing is missing, in the terms of JP PINT. */
export function pintInvoiceOf(
  printable: PrintableDocument,
  { sellerEndpoint, buyerEndpoint }: { readonly sellerEndpoint: Endpoint; readonly buyerEndpoint: Endpoint },
): PintInvoice {
  const { document, issuer, purchaseOrder } = printable;
  const { number, issuedOn, dueOn, total, net, tax, taxes } = document;
  const lines = document.lines.map((line) => pintLine(line, document)).filter((line) => line !== undefined);
  const period = periodOf(document, lines);
  const note = noteOf(document);
  return {
    id: number,
    issueDate: issuedOn,
    ...(!total.startsWith('-') && { dueDate: dueOn }),
    ...(note !== undefined && { note }),
    ...(period && { period }),
    ...(purchaseOrder !== undefined && { orderReference: purchaseOrder }),
    seller: sellerOf(printable, sellerEndpoint),
    buyer: buyerOf(document.recipient, buyerEndpoint),
    ...(isPayable(total) && issuer.bankAccount && { account: accountOf(issuer.bankAccount) }),
    taxes: breakdownOf(taxes, lines),
    net,
    tax,
    total,
    lines,
  };
}
