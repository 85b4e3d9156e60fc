import type { AuthenticationTopicMessages } from './authentication/authentication.messages.ts';
import type { BillingTopicMessages, InvoiceMessage } from './billing/billing.messages.ts';
import type { ContractTopicMessages } from './contract/approval.messages.ts';
import type { DeviceRegistryTopicMessages } from './device-registry/device-registry.messages.ts';
import type { LogMessages } from './log/log.messages.ts';

/** Every field of a message, whichever of its forms has it. */
type FieldsOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, Field extends PropertyKey> = T extends unknown
  ? Field extends keyof T
    ? NonNullable<T[Field]>
    : never
  : never;

/** Whether a value may be shown: all of it, nothing of it, or what is said of its fields. */
type Showing<T> =
  | boolean
  | ([T] extends [readonly (infer Item)[]] ? Showings<Item> : [T] extends [object] ? Showings<T> : never);
/** A decision for each field: one that is added to a message does not compile without. */
type Showings<T> = { readonly [Field in FieldsOf<T>]-?: Showing<ValueOf<T, Field>> };
type Catalogue<Messages> = { readonly [Type in keyof Messages]: Showings<Messages[Type]> };

const device = { account: true, device: true };
const enrolment = { ...device, enrolment: true };
const planChange = { planChange: true, plan: true, fromMonth: true };

const ofTheLog: Catalogue<LogMessages> = {
  CheckpointAdopted: { log: true, size: true, root: true },
  LogKeyRotated: { log: true, key: true, replaces: true, from: true, retiresAt: true },
  LogRenamed: {
    log: true,
    oldOrigin: true,
    oldSize: true,
    oldRoot: true,
    oldNote: true,
    keptSize: true,
    incarnation: true,
    incarnationId: true,
    keptPosition: true,
    oldHead: { position: true, id: true, hash: true },
  },
};

const CONTRACT: Catalogue<ContractTopicMessages> = {
  ...ofTheLog,
  ContractApplied: { plan: true, recipient: false, iijIdContract: true },
  ApplicationRejected: {},
  ApplicationWithdrawn: {},
  ContractAccepted: { plan: true, acceptedOn: true, termsVersion: true, recipient: false },
  ApplicantChanged: { recipient: false },
  BillingStartSet: { date: true },
  ServiceStarted: { date: true },
  PriceQuoted: { quote: true },
  ConditionAttested: { condition: true, on: true },
  ConditionWithdrawn: { condition: true, on: true },
  ServiceWithheld: {},
  ServiceRestored: {},
  PlanChangeRequested: planChange,
  PlanChangeAccepted: planChange,
  PlanChangeReplaced: { planChange: true, by: true },
  PlanChangeWithdrawn: { planChange: true },
  PlanChangeLapsed: { planChange: true, reason: true },
  PlanChanged: planChange,
  CancellationNotified: {
    cancellation: true,
    arrivedAt: true,
    form: true,
    requestedDay: true,
    effectiveDay: true,
    replaces: true,
  },
  CancellationCorrected: {
    cancellation: true,
    arrivedAt: true,
    requestedDay: true,
    effectiveDay: true,
  },
  CancellationVoided: { cancellation: true },
  ContractTerminated: { lastDay: true },
  FeeObligationArose: {
    fee: true,
    kind: true,
    amount: true,
    description: false,
    arisenOn: true,
    taxCode: true,
    planChange: true,
    termsVersion: true,
  },
  FeeWaived: { fee: true, mistake: true },
  IijIdContractLost: { on: true },
  IijIdContractRegained: { on: true },
  DenialReasonsSet: { disclosed: true },
  ChangeProposed: { approval: true, kind: true, affects: true },
  ChangeApproved: { approval: true },
  ChangeRejected: { approval: true, cause: true },
};

const DEVICE_REGISTRY: Catalogue<DeviceRegistryTopicMessages> = {
  ...ofTheLog,
  IdRegistered: { account: true, spell: true, registeredOn: true },
  IdDeregistered: { account: true, spell: true, registeredOn: true, lastDay: true, cause: true },
  RegistrationVoided: { account: true, spell: true, registeredOn: true, lastDay: true },
  RegistrationCorrected: {
    account: true,
    spell: true,
    registeredOn: true,
    lastDay: true,
    formerRegisteredOn: true,
    formerLastDay: true,
  },
  IdSuspended: { account: true, reason: false },
  IdResumed: { account: true, reason: false },
  EnrolmentStarted: { ...enrolment, expiresAt: true, replaces: true },
  EnrolmentCodeRefused: { account: true, enrolment: true, triesLeft: true },
  EnrolmentEnded: { ...enrolment, cause: true },
  DeviceEnrolled: enrolment,
  DeviceSuspended: device,
  DeviceResumed: device,
  DeviceRevoked: { ...device, cause: true },
  EnrolmentLinkIssued: { account: true, link: true, channel: true, expiresAt: true },
  EnrolmentLinkOpened: { account: true, link: true },
  EnrolmentLinkProven: { account: true, link: true, by: true },
  EnrolmentLinkCodeRefused: { account: true, link: true, triesLeft: true },
  EnrolmentLinkEnded: { account: true, link: true, cause: true },
  RecoveryCodesMade: { account: true },
  RecoveryCodeTaken: { account: true, left: true },
  DeviceReported: device,
  EnrolmentReleased: { account: true },
  PersonalDataErased: { account: true, cause: true },
  LegalHoldSet: { account: true },
  LegalHoldLifted: { account: true },
};

const AUTHENTICATION: Catalogue<AuthenticationTopicMessages> = {
  ...ofTheLog,
  CredentialIssued: enrolment,
  CredentialConfirmed: enrolment,
  CredentialErased: device,
  AuthSucceeded: { ...device, authentication: true },
  AccountLocked: { account: true, until: true, failures: true },
  AccountUnlocked: { account: true },
  DenialsCounted: { from: true, to: true, byReason: true },
};

/** What version 1 has besides. */
const CLOSE_FINISHED_1 = { parked: { contract: true, code: true, reason: false } };

const DOCUMENT: Showings<InvoiceMessage> = {
  number: true,
  contract: true,
  kind: true,
  month: true,
  issuedOn: true,
  dueOn: true,
  form: true,
  issuer: { name: false, registrationNumber: true },
  recipient: false,
  period: true,
  lines: {
    n: true,
    item: true,
    // Of a fee, the words that somebody entered.
    description: false,
    quantity: true,
    unitPrice: true,
    tiers: true,
    amount: true,
    taxCode: true,
    date: true,
    fee: true,
    corrects: true,
  },
  taxes: true,
  net: true,
  tax: true,
  total: true,
  basis: true,
  corrects: true,
  apart: true,
  inputs: true,
};

const EXPORT_SELECTION = { month: true, since: true, after: true, except: true } as const;

const BILLING: Catalogue<BillingTopicMessages> = {
  ...ofTheLog,
  CloseRequested: { run: true, month: true },
  CloseFinished: {
    ...CLOSE_FINISHED_1,
    run: true,
    month: true,
    state: true,
    counts: true,
  },
  MonthClosed: { month: true, outcome: true, number: true },
  InvoiceIssued: DOCUMENT,
  CorrectionIssued: DOCUMENT,
  CreditNoteIssued: { ...DOCUMENT, creditNote: true, agreedOn: true },
  CreditNoteProposed: { approval: true, creditNote: true, affects: true },
  CreditNoteApproved: { approval: true, creditNote: true },
  CreditNoteRejected: { approval: true, creditNote: true, cause: true },
  ExportRequested: {
    ...EXPORT_SELECTION,
    export: true,
    number: true,
    format: true,
    encoding: true,
    schemaVersion: true,
    settings: true,
    upTo: true,
  },
  InvoiceExported: {
    ...EXPORT_SELECTION,
    export: true,
    number: true,
    format: true,
    encoding: true,
    schemaVersion: true,
    settings: true,
    documents: true,
    first: true,
    last: true,
    rows: true,
    bytes: true,
    sha256: true,
    totals: true,
    files: true,
  },
  DocumentCompleted: { number: true, fields: true },
  DocumentRendered: {
    number: true,
    kind: true,
    mediaType: true,
    bytes: true,
    sha256: true,
    templateVersion: true,
    fonts: true,
    jpPintVersion: true,
    embeds: true,
  },
  StatementMade: { number: true, rows: true, root: true },
  ExportRefused: {
    export: true,
    number: true,
    format: true,
    faults: true,
    // The detail names characters of what somebody entered.
    errors: { number: true, line: true, field: true, rule: true, detail: false },
  },
  ExportAcknowledged: {
    export: true,
    on: true,
    file: true,
    externalId: false,
    items: { number: true, externalId: false },
  },
  ExportSettingsSet: { version: true, postingDate: true },
  DeliveryRequested: { number: true, delivery: true, channel: true },
  InvoiceDelivered: { number: true, delivery: true, channel: true },
  DeliveryRefused: { number: true, delivery: true, channel: true, cause: true },
  BillingProfileChanged: {
    billTo: {
      name: false,
      honorific: true,
      postalCode: false,
      address: false,
      department: false,
      contact: false,
    },
    purchaseOrder: false,
    endpoint: true,
    paymentTerm: true,
    delivery: true,
    customerCode: true,
  },
  PolicySet: { version: true, from: true, yenRounding: true, taxRounding: true, paymentTerm: true },
  IssuerSet: { version: true, from: true, name: false, registrationNumber: true },
};

type Showable = boolean | { readonly [field: string]: Showable };

const SHOWN: Readonly<Record<string, Readonly<Record<string, Showable>>>> = {
  contract: CONTRACT,
  'device-registry': DEVICE_REGISTRY,
  authentication: AUTHENTICATION,
  billing: BILLING,
};

/**
 * The data of a message without what may name a person or repeat somebody's words: no names, addresses or reasons, also not those that
 * other services need. Ids, days, prices and amounts stay. Of a message or a field that this program does not know, nothing is shown.
 */
export function withoutPersonal(message: {
  readonly source: string;
  readonly type: string;
  readonly data: unknown;
}): unknown {
  const of = Object.hasOwn(SHOWN, message.source) ? SHOWN[message.source]! : {};
  return shown(message.data, Object.hasOwn(of, message.type) ? of[message.type]! : {});
}

function shown(value: unknown, showing: Showable): unknown {
  if (showing === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shown(item, showing));
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, inner]) => {
      const its = showing === false || !Object.hasOwn(showing, field) ? false : showing[field]!;
      return its === false ? [] : [[field, shown(inner, its)]];
    }),
  );
}
