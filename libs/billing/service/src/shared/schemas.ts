import { schema, type Schema } from '@smartkey/http';

const {
  anything,
  decimal,
  idOf,
  instant,
  jstDay,
  list,
  mapOf,
  nullable,
  object,
  oneOf,
  serviceMonth,
  text,
  trueOrFalse,
  wholeNumber,
  yen,
} = schema;

const TIER = object({
  from: wholeNumber('First unit of the tier.'),
  upTo: nullable(wholeNumber('Last unit; null: without end.')),
  units: wholeNumber('Units charged; packages for the package model.'),
  unitPrice: decimal(),
  'flatFee?': decimal(),
  amount: decimal('Before rounding.'),
});

const LINE = object({
  n: wholeNumber(),
  item: oneOf(['base', 'account-usage', 'auth-api-usage', 'initial-fee', 'one-time-fee', 'adjustment']),
  description: text(),
  quantity: decimal('base 1; account usage the sum of coefficients; auth API usage the count.'),
  unitPrice: nullable(decimal('Null where there is no single price.')),
  'tiers?': list(TIER),
  amount: yen('Whole yen, tax-exclusive.'),
  taxCode: oneOf(['JP-STD-8-2014', 'JP-STD-10-2019', 'JP-RED-8-2019', 'JP-OUT']),
  date: jstDay('The day that the tax code goes by.'),
  'fee?': idOf('fee'),
  'corrects?': object({ number: text(), month: serviceMonth(), item: text() }),
});

const CONTENT = {
  contract: idOf('ctr'),
  kind: oneOf(['invoice', 'correction', 'credit-note']),
  month: serviceMonth(),
  issuedOn: jstDay(),
  dueOn: jstDay(),
  form: oneOf(['plain', 'categorised', 'qualified'], '請求書, 区分記載請求書, 適格請求書.'),
  issuer: object({ name: text(), registrationNumber: nullable(text('T + 13 digits.')) }),
  recipient: object({ name: text(), 'department?': text(), 'address?': text() }),
  period: object({ from: jstDay(), to: jstDay() }),
  lines: list(LINE),
  taxes: list(
    object({
      taxCode: text(),
      'rate?': text('Per cent; absent for what is out of scope.', { example: '10' }),
      taxable: yen(),
      tax: yen(),
    }),
  ),
  net: yen(),
  tax: yen(),
  total: yen(),
  basis: anything('What was measured, and the quote that priced it.'),
  inputs: object({
    positions: mapOf(text(), 'Log positions read, by source and partition.'),
    ruleVersion: text(),
    policyVersion: text(),
    termsVersion: text(),
    hash: text('SHA-256 over the canonical form of the inputs.'),
  }),
};

export const INVOICE: Schema = object({ number: text(undefined, { example: 'SK-000000001' }), ...CONTENT });

export const PREVIEW: Schema = object({
  outcome: oneOf(['invoice', 'nothing-due']),
  complete: trueOrFalse('Whether billing has every event of the month.'),
  number: nullable(text('Null until it is issued.')),
  ...Object.fromEntries(
    Object.entries(CONTENT).map(([name, member]) => [
      name === 'contract' || name === 'month' ? name : `${name}?`,
      member,
    ]),
  ),
});

export const USAGE: Schema = object({
  contract: idOf('ctr'),
  month: serviceMonth(),
  plan: nullable(oneOf(['enterprise', 'service-provider'])),
  complete: trueOrFalse(),
  accounts: object({
    count: wholeNumber('Accounts with a used day.'),
    byUsedDays: mapOf(wholeNumber(), 'Accounts by number of used days.'),
    coefficientSum: decimal(),
  }),
  authentications: object({ count: wholeNumber(), byDay: mapOf(wholeNumber()) }),
  asOf: nullable(instant('Everything that occurred before is counted.')),
});

export const ACCOUNT_USAGE: Schema = object({
  account: idOf('rid'),
  usedDays: wholeNumber(),
  coefficient: decimal(),
  fee: nullable(decimal('Before rounding; null while no quote governs the month.')),
});

export const RUN: Schema = object({
  id: idOf('run'),
  month: serviceMonth(),
  state: oneOf(['waiting', 'running', 'completed', 'partial']),
  contracts: object({
    total: wholeNumber('Accepted contracts: each is visited.'),
    issued: wholeNumber('With an invoice of the month, from whichever run.'),
    nothingDue: wholeNumber(),
    parked: wholeNumber('Contracts that need a person; the run lists them under `parked`.'),
  }),
  waitingFor: list(text('A source whose events may not all be here yet.')),
  requestedAt: instant(),
  updatedAt: instant(),
});

export const PARKED: Schema = object({
  contract: idOf('ctr'),
  code: oneOf([
    'no-governing-quote',
    'no-recipient',
    'no-registration-number',
    'earlier-month-waits',
    'events-parked',
    'too-many-lines',
    'not-ratable',
  ]),
  reason: text('One sentence for the operator.'),
});

export const EXPORT: Schema = object({
  id: idOf('exp'),
  number: wholeNumber('1, 2, … over all exports.'),
  month: serviceMonth(),
  format: oneOf(['canonical-csv']),
  encoding: oneOf(['utf-8-bom', 'shift_jis']),
  schemaVersion: text('Of the columns.'),
  'since?': jstDay(),
  documents: wholeNumber(),
  'first?': text(),
  'last?': text(),
  rows: wholeNumber(),
  bytes: wholeNumber(),
  sha256: text(),
  exportedAt: instant(),
});

export const EVIDENCE: Schema = object({
  stream: text(),
  revision: wholeNumber(),
  type: text(),
  day: jstDay(),
  'account?': idOf('rid'),
  'until?': nullable(jstDay()),
  'untilRevision?': nullable(wholeNumber()),
  'correctedRevision?': wholeNumber('The fact that corrected the days of the spell.'),
  'count?': wholeNumber(),
  'lastRevision?': wholeNumber(),
  'data?': anything(),
});
