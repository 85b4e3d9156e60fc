import type { AuthenticationTopicMessages } from './authentication/authentication.messages.ts';
import type { BillingTopicMessages } from './billing/billing.messages.ts';
import type { InvoiceMessage } from './billing/document.messages.ts';
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

/** Fields that are shown, whatever they say. */
const showing = <Field extends string>(...fields: readonly Field[]): Readonly<Record<Field, true>> =>
  Object.fromEntries(fields.map((field) => [field, true])) as Record<Field, true>;

const device = { account: true, device: true };
const enrolment = { ...device, enrolment: true };
const planChange = { planChange: true, plan: true, fromMonth: true };

const ofTheLog: Catalogue<LogMessages> = {
  CheckpointAdopted: { log: true, size: true, root: true },
  LogKeyRotated: { log: true, key: true, replaces: true, from: true, retiresAt: true },
  LogRenamed: {
    ...showing(
      'log',
      'oldOrigin',
      'oldSize',
      'oldRoot',
      'oldNote',
      'keptSize',
      'incarnation',
      'incarnationId',
      'keptPosition',
    ),
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
  CancellationNotified: showing(
    'cancellation',
    'arrivedAt',
    'form',
    'requestedDay',
    'effectiveDay',
    'replaces',
  ),
  CancellationCorrected: showing('cancellation', 'arrivedAt', 'requestedDay', 'effectiveDay'),
  CancellationVoided: { cancellation: true },
  ContractTerminated: { lastDay: true },
  FeeObligationArose: {
    fee: true,
    kind: true,
    amount: true,
    description: false,
    ...showing('arisenOn', 'taxCode', 'planChange', 'termsVersion'),
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
  RegistrationCorrected: showing(
    'account',
    'spell',
    'registeredOn',
    'lastDay',
    'formerRegisteredOn',
    'formerLastDay',
  ),
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
  ...showing('number', 'contract', 'kind', 'month', 'issuedOn', 'dueOn', 'form'),
  issuer: { name: false, registrationNumber: true },
  recipient: false,
  period: true,
  lines: {
    n: true,
    item: true,
    // Of a fee, the words that somebody entered.
    description: false,
    ...showing('quantity', 'unitPrice', 'tiers', 'amount', 'taxCode', 'date', 'fee', 'corrects'),
  },
  ...showing('taxes', 'net', 'tax', 'total', 'basis', 'corrects', 'apart', 'inputs'),
};

const EXPORT_SELECTION = { month: true, since: true, after: true, except: true } as const;

const BILLING: Catalogue<BillingTopicMessages> = {
  ...ofTheLog,
  CloseRequested: { run: true, month: true },
  CloseFinished: {
    ...CLOSE_FINISHED_1,
    ...showing('run', 'month', 'state', 'counts'),
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
    ...showing('export', 'number', 'format', 'encoding', 'schemaVersion', 'settings', 'upTo'),
  },
  InvoiceExported: {
    ...EXPORT_SELECTION,
    ...showing(
      'export',
      'number',
      'format',
      'encoding',
      'schemaVersion',
      'settings',
      'documents',
      'first',
      'last',
      'rows',
      'bytes',
      'sha256',
      'totals',
      'files',
    ),
  },
  DocumentCompleted: { number: true, fields: true },
  DocumentRendered: showing(
    'number',
    'kind',
    'mediaType',
    'bytes',
    'sha256',
    'templateVersion',
    'fonts',
    'jpPintVersion',
    'embeds',
  ),
  StatementMade: { number: true, rows: true, root: true },
  ExportRefused: {
    ...showing('export', 'number', 'format', 'faults'),
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
    ...showing('endpoint', 'paymentTerm', 'delivery', 'customerCode'),
  },
  PolicySet: { version: true, from: true, yenRounding: true, taxRounding: true, paymentTerm: true },
  IssuerSet: { version: true, from: true, name: false, registrationNumber: true },
};

/** What is shown of a value: all, nothing, or of each field what is said of it. */
export type Showable = boolean | { readonly [field: string]: Showable };

/** By service and type of message. */
export const SHOWN_FIELDS: Readonly<Record<string, Readonly<Record<string, Showable>>>> = {
  contract: CONTRACT,
  'device-registry': DEVICE_REGISTRY,
  authentication: AUTHENTICATION,
  billing: BILLING,
};
