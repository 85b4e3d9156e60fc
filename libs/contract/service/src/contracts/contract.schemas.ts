import { schema } from '@smartkey/http';

const {
  idOf,
  instant,
  jstDay,
  list,
  nullable,
  object,
  oneOf,
  serviceMonth,
  text,
  trueOrFalse,
  wholeNumber,
  yen,
  decimal,
} = schema;

export const PLANS = ['enterprise', 'service-provider'] as const;
export const STATUSES = ['applied', 'rejected', 'withdrawn', 'accepted', 'in-service', 'terminated'] as const;

export const planChangeSchema = object({
  id: idOf('pch'),
  plan: oneOf(PLANS),
  fromMonth: serviceMonth(),
  effectiveAt: instant('00:00 JST on the 1st of the month.'),
  status: oneOf(['requested', 'accepted', 'effective', 'replaced', 'withdrawn', 'lapsed']),
  requestedAt: instant(),
  'acceptedAt?': instant(),
  'replacedBy?': idOf('pch'),
  'lapseReason?': oneOf(['not-accepted-in-time', 'contract-ends-before']),
});

export const cancellationSchema = object({
  id: idOf('can'),
  status: oneOf(['standing', 'replaced', 'voided']),
  form: text('How the notice came: `portal`, `paper`.'),
  arrivedAt: instant('到達.'),
  arrivedOn: jstDay('The JST day of arrival; not counted among the 30 days.'),
  requestedDay: nullable(jstDay()),
  effectiveDay: jstDay('The last day of service (第6条).'),
  'replaces?': idOf('can'),
});

const tierSchema = object({
  upTo: nullable(wholeNumber('Last unit of the tier; null on the last tier.')),
  unitPrice: decimal(),
  'flatFee?': decimal(),
});

export const quoteSchema = object({
  id: idOf('quo'),
  plan: oneOf(PLANS),
  effectiveMonth: serviceMonth(),
  baseFee: yen('月額基本料, whole yen a month, tax-exclusive.'),
  baseFeeInPartialMonth: oneOf(['full', 'prorated']),
  'accountFee?': decimal('アカウント使用料, yen per account and month.'),
  'authApi?': object({
    model: oneOf(['perUnit', 'graduated', 'volume', 'package']),
    'unitPrice?': decimal(),
    'tiers?': list(tierSchema),
    'packageSize?': wholeNumber(),
    'packagePrice?': decimal(),
    'freeUnits?': wholeNumber(),
  }),
  'replaces?': idOf('quo'),
  'reason?': text(),
  givenAt: instant(),
});

export const feeSchema = object({
  id: idOf('fee'),
  amount: yen(),
  description: text(),
  occurredOn: jstDay(),
  taxCode: oneOf(['standard', 'out-of-scope']),
  termsVersion: text('Version of the terms (附則).'),
  'planChange?': idOf('pch'),
  waived: nullable(text('Why it need not be paid.')),
});

export const conditionSchema = object({
  condition: wholeNumber('1 to 5 (第5条1項).'),
  met: trueOrFalse(),
  'on?': jstDay(),
  'attestedBy?': text(),
  'licenceVersion?': text('Version of the software licence (第5条2項).'),
});

export const contractSchema = object({
  id: idOf('ctr'),
  status: oneOf(STATUSES, 'By the dated facts and the clock.'),
  plan: oneOf(PLANS, 'In the month it is looked at.'),
  planByMonth: list(object({ fromMonth: serviceMonth(), plan: oneOf(PLANS) })),
  pendingPlanChange: nullable(planChangeSchema),
  applicant: object({
    name: text(),
    'department?': text(),
    'address?': text(),
    'email?': text(),
    iijIdContract: text(),
  }),
  iijIdContractHeld: trueOrFalse('第3条: lost contracts are shown; they end nothing.'),
  'iijIdContractLostOn?': jstDay(),
  appliedAt: instant(),
  'acceptedAt?': instant(),
  'acceptedOn?': jstDay(),
  'reason?': text('Why the application was rejected or withdrawn.'),
  billingStartDate: nullable(jstDay('課金開始日.')),
  cancellation: nullable(cancellationSchema),
  withheld: trueOrFalse(),
  'withholding?': object({ reason: text(), since: instant() }),
  conditions: list(conditionSchema),
  denialReasonsDisclosed: trueOrFalse(),
  quotes: list(quoteSchema),
  termsVersion: text('The terms that governed the acceptance (附則).'),
  revision: wholeNumber(),
  'propagation?': oneOf(['done', 'pending'], 'Of a stop: whether authentication knows already.'),
});

export const historySchema = object({
  revision: wholeNumber(),
  type: text(),
  occurredAt: instant('Business time.'),
  recordedAt: instant('When the log took it.'),
  actor: object({ role: text(), key: text() }),
  data: schema.anything(),
  termsVersion: nullable(text('The terms that governed the fact (附則).')),
  hash: text('Over the event before it and this one, canonical form (RFC 8785).'),
});
