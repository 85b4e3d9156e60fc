import {
  bundleOf,
  keyOf,
  recordedOf,
  type Key,
  type Logs,
  type Service,
  type Signing,
  type StoryEvent,
} from './bundle.fixture.ts';

/** A contract's January 2024, told in events, and the document that it comes to. */
export interface Story {
  readonly number: string;
  readonly logs: Logs;
  readonly signing: Signing;
  readonly first: Partial<Record<Service, number>>;
  readonly old: Partial<Record<Service, readonly number[]>>;
}

const SYSTEM = 'smartkey.example';
const CONTRACT = 'ctr_ours';
const keyIn = (service: Service): Key => keyOf(`${SYSTEM}/${service}`, 1);

export const SIGNING: Signing = {
  system: SYSTEM,
  keys: {
    authentication: keyIn('authentication'),
    billing: keyIn('billing'),
    contract: keyIn('contract'),
    'device-registry': keyIn('device-registry'),
  },
  witness: keyOf('witness.example/w1', 4),
  firstAt: 1_706_000_000,
  lastAt: 1_707_000_000,
};
export const NOW = '2024-03-01T00:00:00Z';

export const policyText = ({ keys, witness }: Signing = SIGNING): string =>
  [
    ...Object.values(keys).map(({ text }) => `log ${text}`),
    `witness w1 ${witness.text}`,
    'quorum w1',
    '',
  ].join('\n');

const account = (rid: string, type: string, days: object, more: Partial<StoryEvent> = {}): StoryEvent => ({
  stream: `account-${rid}`,
  type,
  data: { account: rid, contract: CONTRACT, spell: 1, ...days },
  as: 'input',
  ...more,
});
const other = (n: number): StoryEvent => ({
  stream: `other-${n}`,
  type: 'Other',
  data: { contract: 'ctr_other', n },
});
const ofContract = (type: string, data: StoryEvent['data']): StoryEvent => ({
  stream: `contract-${CONTRACT}`,
  type,
  data,
  as: 'input',
});

export const QUOTE = {
  id: 'quo_1',
  plan: 'enterprise',
  effectiveMonth: '2023-12',
  baseFee: '10000',
  baseFeeInPartialMonth: 'full',
  accountFee: '300',
};
const PROVIDER_QUOTE = {
  id: 'quo_2',
  plan: 'service-provider',
  effectiveMonth: '2023-12',
  baseFee: '5000',
  baseFeeInPartialMonth: 'prorated',
  authApi: {
    model: 'graduated',
    tiers: [
      { upTo: 3, unitPrice: '2.5' },
      { upTo: null, unitPrice: '1', flatFee: '7' },
    ],
  },
};

const policy = {
  version: '2016-03.1',
  from: '2016-03',
  yenRounding: 'floor',
  taxRounding: 'floor',
  paymentTerm: { monthsAfter: 1, onHoliday: 'next-banking-day' },
};
const settings: readonly StoryEvent[] = [
  { stream: 'policies-billing', type: 'PolicySet', data: policy, as: 'input' },
  {
    stream: 'issuer-billing',
    type: 'IssuerSet',
    data: {
      version: '2016-03.1',
      from: '2016-03',
      name: '株式会社見本',
      registrationNumber: 'T7123456789012',
    },
    as: 'input',
  },
];
const fee = (id: string, amount: string, arisenOn: string) =>
  ofContract('FeeObligationArose', {
    fee: id,
    kind: amount === '0' ? 'initial' : 'one-time',
    amount,
    description: '手数料',
    arisenOn,
    taxCode: 'standard',
    termsVersion: '2018-01-01',
  });

const contractOf = (plan: string, quote: object, start: string): readonly StoryEvent[] => [
  other(0),
  ofContract('ContractApplied', { plan, recipient: { name: '例示株式会社' } }),
  ofContract('PriceQuoted', { quote }),
  other(1),
  ofContract('ContractAccepted', {
    plan,
    acceptedOn: '2023-12-01',
    termsVersion: '2018-01-01',
    recipient: { name: '例示株式会社' },
  }),
  ofContract('BillingStartSet', { date: start }),
  fee('fee_1', '3000', '2024-01-20'),
  other(2),
];

export type Document = Record<string, unknown> & {
  readonly inputs: Record<string, unknown>;
  readonly lines: readonly Record<string, unknown>[];
  readonly taxes: readonly Record<string, unknown>[];
  readonly basis: Record<string, unknown>;
};

const TAX = 'JP-STD-10-2019';
const feeLine = {
  n: 3,
  item: 'one-time-fee',
  description: '手数料',
  quantity: '1',
  unitPrice: '3000',
  amount: '3000',
  taxCode: TAX,
  date: '2024-01-20',
  fee: 'fee_1',
};
const monthly = (
  n: number,
  item: string,
  quantity: string,
  unitPrice: string | null,
  amount: string,
  more: object = {},
) => ({
  n,
  item,
  description: '使用料',
  quantity,
  unitPrice,
  amount,
  taxCode: TAX,
  date: '2024-01-31',
  ...more,
});

const documentOf = (
  lines: readonly object[],
  net: string,
  tax: string,
  total: string,
  basis: object,
): Document => ({
  number: 'SK-000000003',
  contract: CONTRACT,
  kind: 'invoice',
  month: '2024-01',
  form: 'qualified',
  issuer: { name: '株式会社見本', registrationNumber: 'T7123456789012' },
  recipient: { name: '例示株式会社', address: { sealed: 's1.x' } },
  period: { from: '2024-01-01', to: '2024-01-31' },
  lines: lines as Document['lines'],
  taxes: [{ taxCode: TAX, rate: '10', taxable: net, tax }],
  net,
  tax,
  total,
  basis: basis as Document['basis'],
  issuedOn: '2024-02-01',
  dueOn: '2024-02-29',
  inputs: {
    positions: {
      'contract/0': '1000',
      'device-registry/0': '1000',
      'authentication/0': '1000',
      'billing/0': '20',
    },
    ruleVersion: '2018-01-01.3',
    policyVersion: '2016-03.1',
    termsVersion: '2018-01-01',
    hash: 'ab'.repeat(32),
  },
});

const DOCUMENTS = {
  enterprise: documentOf(
    // 31, 11 and 5 of 31 days: 1000 + 354 + 161 thousandths.
    [monthly(1, 'base', '1', '10000', '10000'), monthly(2, 'account-usage', '1.515', '300', '454'), feeLine],
    '13454',
    '1345',
    '14799',
    {
      plan: 'enterprise',
      window: { from: '2024-01-01', to: '2024-01-31' },
      quote: 'quo_1',
      usedDays: [
        [5, 1],
        [11, 1],
        [31, 1],
      ],
    },
  ),
  'service-provider': documentOf(
    [
      // 17 of 31 days of 5000.
      monthly(1, 'base', '1', '5000', '2741'),
      monthly(2, 'auth-api-usage', '5', null, '16', {
        tiers: [
          { from: 1, upTo: 3, units: 3, unitPrice: '2.5', amount: '7.5' },
          { from: 4, upTo: null, units: 2, unitPrice: '1', flatFee: '7', amount: '9' },
        ],
      }),
      feeLine,
    ],
    '5757',
    '575',
    '6332',
    {
      plan: 'service-provider',
      window: { from: '2024-01-15', to: '2024-01-31' },
      quote: 'quo_2',
      successes: 5,
    },
  ),
};

const RENDERED = 'c0'.repeat(32);
export type Change = (document: Document) => Record<string, unknown>;

/** The logs of a story, with the document that records them. @param change what the system says otherwise, signing it all the same. */
function told(
  inputs: Omit<Logs, 'billing'>,
  document: Document,
  change: Change,
  own: readonly StoryEvent[] = settings,
): Logs {
  const before: Logs = { ...inputs, billing: own };
  const recorded = { ...document, inputs: { ...document.inputs, ...recordedOf(SYSTEM, before) } };
  const issued: StoryEvent = {
    stream: 'series-SK',
    revision: 2,
    type: 'InvoiceIssued',
    version: 4,
    as: 'document',
    data: change(recorded),
    at: '2024-02-01T00:00:00.000Z',
  };
  const rendered: StoryEvent = {
    stream: 'rendition-SK-000000003',
    type: 'DocumentRendered',
    as: 'rendering',
    data: { number: 'SK-000000003', contract: CONTRACT, mediaType: 'application/pdf', sha256: RENDERED },
  };
  return {
    ...inputs,
    billing: [
      ...own,
      { stream: 'series-SK', type: 'InvoiceIssued', data: {} },
      issued,
      other(3),
      rendered,
      other(4),
    ],
  };
}

const storyOf = (logs: Logs, read: Partial<Record<Service, readonly number[]>>): Story => ({
  number: 'SK-000000003',
  logs,
  signing: SIGNING,
  first: { billing: 3, contract: 5, 'device-registry': 2, authentication: 3 },
  old: read,
});

const NOBODY: readonly StoryEvent[] = [];
const REGISTRY: readonly StoryEvent[] = [
  other(5),
  account('rid_1', 'IdRegistered', { registeredOn: '2023-12-25' }),
  account('rid_2', 'IdRegistered', { registeredOn: '2024-01-10' }),
  account('rid_2', 'IdDeregistered', { registeredOn: '2024-01-10', lastDay: '2024-01-20', cause: 'request' }),
  other(6),
  account('rid_3', 'IdRegistered', { registeredOn: '2023-11-01' }),
  account('rid_3', 'IdDeregistered', { registeredOn: '2023-11-01', lastDay: '2023-11-30', cause: 'request' }),
  account('rid_3', 'RegistrationCorrected', {
    registeredOn: '2024-01-05',
    lastDay: '2024-01-09',
    formerRegisteredOn: '2023-11-01',
  }),
  account('rid_4', 'IdRegistered', { registeredOn: '2024-01-03' }),
  account('rid_4', 'RegistrationVoided', { registeredOn: '2024-01-03' }),
  other(7),
];

export interface Told {
  readonly registry?: readonly StoryEvent[];
  readonly contract?: readonly StoryEvent[];
  readonly settings?: readonly StoryEvent[];
  readonly change?: Change;
}

export const enterprise = ({
  registry = REGISTRY,
  contract = contractOf('enterprise', QUOTE, '2023-12-01'),
  settings: own = settings,
  change = (same) => same,
}: Told = {}): Story =>
  storyOf(
    told(
      { authentication: NOBODY, contract, 'device-registry': registry },
      DOCUMENTS.enterprise,
      change,
      own,
    ),
    { billing: [own.length] },
  );

const success = (n: number, day: string, more: object = {}): StoryEvent => ({
  stream: `authentication-rid_${n % 2}`,
  type: 'AuthSucceeded',
  data: { account: `rid_${n % 2}`, authentication: `aut_${n}`, contract: CONTRACT, device: 'dev_1', ...more },
  as: 'input',
  at: `${day}T03:00:00.000Z`,
});
const SUCCESSES: readonly StoryEvent[] = [
  other(8),
  { ...success(9, '2024-01-10'), as: undefined },
  ...[15, 16, 20, 31, 31].map((day, n) => success(n, `2024-01-${day}`)),
  other(9),
];

export const provider = ({
  successes = SUCCESSES,
  change = (same) => same,
}: { readonly successes?: readonly StoryEvent[]; readonly change?: Change } = {}): Story =>
  storyOf(
    told(
      {
        authentication: successes,
        contract: contractOf('service-provider', PROVIDER_QUOTE, '2024-01-15'),
        'device-registry': NOBODY,
      },
      DOCUMENTS['service-provider'],
      change,
    ),
    { billing: [settings.length] },
  );

export const linesOf = ({ number, logs, signing, first, old }: Story): Record<string, unknown>[] =>
  bundleOf(number, logs, signing, { first, old });
export { REGISTRY, SUCCESSES, contractOf, settings, success, account, other, ofContract, fee };
