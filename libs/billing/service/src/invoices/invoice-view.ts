import { schema } from '@smartkey/http';
import type { InvoiceLineMessage, InvoiceMessage } from '@smartkey/messages';

const lineView = ({
  n,
  item,
  description,
  quantity,
  unitPrice,
  tiers,
  amount,
  taxCode,
  ...rest
}: InvoiceLineMessage) => ({
  n,
  item,
  description,
  quantity,
  unitPrice,
  ...(tiers === undefined ? {} : { tiers }),
  amount,
  taxCode,
  ...rest,
});

/** A document with its fields in the order that people read them: the log keeps them in an order of its own. */
export function invoiceView(invoice: InvoiceMessage): object {
  const {
    number,
    contract,
    kind,
    month,
    issuedOn,
    dueOn,
    issuer,
    recipient,
    lines,
    taxes,
    net,
    tax,
    total,
    ...rest
  } = invoice;
  return {
    number,
    contract,
    kind,
    month,
    issuedOn,
    dueOn,
    issuer: { name: issuer.name, registrationNumber: issuer.registrationNumber },
    recipient,
    lines: lines.map(lineView),
    taxes: taxes.map(({ taxCode, rate, taxable, tax: amount }) => ({
      taxCode,
      ...(rate !== undefined && { rate }),
      taxable,
      tax: amount,
    })),
    net,
    tax,
    total,
    ...rest,
  };
}

const {
  anything,
  decimal,
  idOf,
  jstDay,
  list,
  mapOf,
  nullable,
  object,
  oneOf,
  serviceMonth,
  text,
  wholeNumber,
  yen,
} = schema;

const tierSchema = object({
  from: wholeNumber('First unit of the tier.'),
  upTo: nullable(wholeNumber('Last unit; null: without end.')),
  units: wholeNumber('Units charged; packages for the package model.'),
  unitPrice: decimal(),
  'flatFee?': decimal(),
  amount: decimal('Before rounding.'),
});

const BILLED_ITEMS = ['base', 'account-usage', 'auth-api-usage', 'initial-fee', 'one-time-fee'];

const taxRow = object({
  taxCode: text(),
  'rate?': text('Per cent; absent for what is out of scope.', { example: '10' }),
  taxable: yen(),
  tax: yen(),
});

const correctedInvoice = { number: text(), issuedOn: jstDay(), month: serviceMonth() };

const lineSchema = object({
  n: wholeNumber(),
  item: oneOf([...BILLED_ITEMS, 'adjustment', 'credit']),
  description: text(),
  quantity: decimal(
    'base and fees 1; account usage the sum of coefficients; auth API usage the count; adjustments and credits 1 or -1.',
  ),
  unitPrice: nullable(decimal('Null where there is no single price.')),
  'tiers?': list(tierSchema),
  amount: yen('Whole yen, tax-exclusive.'),
  taxCode: oneOf(['JP-STD-8-2014', 'JP-STD-10-2019', 'JP-RED-8-2019', 'JP-OUT']),
  date: jstDay('The day that the tax code goes by.'),
  'fee?': idOf('fee'),
  'corrects?': object({
    ...correctedInvoice,
    item: oneOf([...BILLED_ITEMS, 'credit']),
    'fee?': idOf('fee'),
    ground: oneOf(['agreement', 'error'], 'agreement where every cause is one.'),
    causes: list(object({ stream: text(), revision: wholeNumber(), day: jstDay() })),
    'moreCauses?': wholeNumber('How many more causes there are.'),
    wrong: list(taxRow),
    right: list(taxRow),
  }),
});

/** What a document shows besides its number. */
export const invoiceContent = {
  contract: idOf('ctr'),
  kind: oneOf(['invoice', 'correction', 'credit-note']),
  month: serviceMonth(),
  issuedOn: jstDay(),
  dueOn: jstDay(),
  form: oneOf(['plain', 'categorised', 'qualified'], '請求書, 区分記載請求書, 適格請求書.'),
  issuer: object({ name: text(), registrationNumber: nullable(text('T + 13 digits.')) }),
  recipient: object({
    name: text(),
    'honorific?': oneOf(['御中', '様']),
    'postalCode?': text(),
    'address?': text(),
    'department?': text(),
    'contact?': text(),
  }),
  period: object({ from: jstDay(), to: jstDay() }),
  lines: list(lineSchema),
  taxes: list(taxRow),
  net: yen(),
  tax: yen(),
  total: yen(),
  basis: anything('What was measured, and the quote that priced it.'),
  'corrects?': object(correctedInvoice),
  'apart?': list(
    text('An invoice whose differences were meant for this one and get a correction of their own.'),
  ),
  'creditNote?': idOf('crn'),
  'agreedOn?': jstDay('The day on which a reduction was agreed.'),
  inputs: object({
    positions: mapOf(text(), 'Log positions read, by source and partition.'),
    ruleVersion: text(),
    policyVersion: text(),
    termsVersion: text(),
    'paymentTerm?': anything('The term that the due day was counted by.'),
    hash: text('SHA-256 over the canonical form of the inputs.'),
  }),
};

export const invoiceSchema = object({
  number: text(undefined, { example: 'SK-000000001' }),
  ...invoiceContent,
});
