import { isRegistrationNumber } from '@smartkey/billing-domain';
import type { PrintableDocument } from '../printable-document.ts';
import { endpointFault } from './endpoint-rules.ts';
import type { FieldAtFault } from './jp-pint-refusal.ts';
import { categoryOf } from './pint-lines.ts';

/** What XML 1.0 has no place for: controls but tab and line ends, halves of surrogate pairs, two non-characters. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const isBlank = (value: string | null | undefined): boolean => (value ?? '').trim() === '';

function* missing({
  document,
  issuer,
  sellerEndpoint,
  buyerEndpoint,
}: PrintableDocument): Generator<FieldAtFault> {
  const required = (pointer: string, what: string): FieldAtFault => ({
    pointer,
    rule: 'required',
    detail: `${what} is missing, and an electronic invoice names it.`,
  });
  if (sellerEndpoint === undefined) yield required('/sellerEndpoint', 'The issuer’s address in the network');
  if (isBlank(document.issuer.name)) yield required('/document/issuer/name', 'The issuer’s name');
  if (isBlank(document.issuer.registrationNumber))
    yield required('/document/issuer/registrationNumber', 'The issuer’s registration number');
  if (isBlank(issuer.address)) yield required('/issuer/address', 'The issuer’s address');
  if (isPayable(document.total) && issuer.bankAccount === undefined)
    yield required('/issuer/bankAccount', 'The account that is paid into');
  if (buyerEndpoint === undefined) yield required('/buyerEndpoint', 'The recipient’s address in the network');
  if (isBlank(document.recipient.name)) yield required('/document/recipient/name', 'The recipient’s name');
  if (isBlank(document.recipient.address))
    yield required('/document/recipient/address', 'The recipient’s address');
}

function* texts({
  document,
  issuer,
  purchaseOrder,
}: PrintableDocument): Generator<[string, string | undefined]> {
  const { recipient } = document;
  yield ['/document/issuer/name', document.issuer.name];
  yield ['/issuer/address', issuer.address];
  yield ['/issuer/bankAccount/bank', issuer.bankAccount?.bank];
  yield ['/issuer/bankAccount/branch', issuer.bankAccount?.branch];
  yield ['/issuer/bankAccount/holder', issuer.bankAccount?.holder];
  yield ['/document/recipient/name', recipient.name];
  yield ['/document/recipient/address', recipient.address];
  yield ['/document/recipient/department', recipient.department];
  yield ['/document/recipient/contact', recipient.contact];
  yield ['/purchaseOrder', purchaseOrder];
  for (const [index, { description }] of document.lines.entries())
    yield [`/document/lines/${index}/description`, description];
}

function* unwritable(printable: PrintableDocument): Generator<FieldAtFault> {
  for (const [pointer, text] of texts(printable)) {
    const found = NOT_XML.exec(text ?? '');
    if (found === null) continue;
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    yield { pointer, rule: 'xml-character', detail: `It has U+${code}, which XML has no place for.` };
  }
}

/** The check digit of a registration number is one of the things that the official rules do not look at. */
function* wrongNumbers({
  document,
  sellerEndpoint,
  buyerEndpoint,
}: PrintableDocument): Generator<FieldAtFault> {
  const { registrationNumber } = document.issuer;
  if (!isBlank(registrationNumber) && !isRegistrationNumber(registrationNumber))
    yield {
      pointer: '/document/issuer/registrationNumber',
      rule: 'aligned-ibr-jp-01',
      detail: 'It must be T and 13 digits with a right check digit.',
    };
  for (const [pointer, endpoint] of Object.entries({ sellerEndpoint, buyerEndpoint })) {
    const detail = endpoint && endpointFault(endpoint);
    if (detail !== undefined) yield { pointer: `/${pointer}`, rule: 'ibr-cl-25', detail };
  }
}

function* unknownTaxes({ document }: PrintableDocument): Generator<FieldAtFault> {
  for (const [index, { taxCode }] of document.lines.entries())
    if (categoryOf(taxCode) === undefined)
      yield {
        pointer: `/document/lines/${index}/taxCode`,
        rule: 'aligned-ibrp-cl-01-jp',
        detail: `JP PINT has no category for ${taxCode}.`,
      };
}

/** Whether something is to be paid. Where it comes to 0 or below, a file names neither account nor a way of paying. */
export const isPayable = (total: string): boolean => total !== '0' && !total.startsWith('-');

/** Every field that a file needs and is missing, broken, or cannot be written. */
export const fieldsAtFault = (printable: PrintableDocument): readonly FieldAtFault[] => [
  ...missing(printable),
  ...wrongNumbers(printable),
  ...unwritable(printable),
  ...unknownTaxes(printable),
];
