import type { AuthenticationMessageType } from './authentication/authentication.messages.ts';
import type { BillingMessageType } from './billing/billing.messages.ts';
import type { ApprovalMessageType } from './contract/approval.messages.ts';
import type { ContractMessageType } from './contract/contract.messages.ts';
import type { LogMessageType } from './log/log.messages.ts';
import type { DeviceRegistryMessageType } from './device-registry/device-registry.messages.ts';

/** One topic: who publishes it, what its key is, and the current version of each message on it. */
export interface Topic<MessageType extends string> {
  readonly address: string;
  readonly description: string;
  /** Every message type of the topic with the version of its shape that is published now. */
  readonly messages: Readonly<Record<MessageType, number>>;
}

/** What every log says of itself. */
const ofTheLog: Readonly<Record<LogMessageType, number>> = {
  LogKeyRotated: 1,
  CheckpointAdopted: 1,
  LogRenamed: 1,
};

const contract: Topic<LogMessageType | ContractMessageType | ApprovalMessageType> = {
  address: 'smartkey.contract',
  description:
    'Contracts, from application to termination (第1条–第7条), and changes that take two persons. Key: `contract-<ctr_…>` or `approval-<apr_…>`; of the log itself `log-contract`.',
  messages: {
    ContractApplied: 2,
    ApplicationRejected: 2,
    ApplicationWithdrawn: 2,
    ContractAccepted: 2,
    ApplicantChanged: 2,
    BillingStartSet: 1,
    ServiceStarted: 1,
    PriceQuoted: 1,
    ConditionAttested: 1,
    ConditionWithdrawn: 1,
    ServiceWithheld: 2,
    ServiceRestored: 2,
    PlanChangeRequested: 1,
    PlanChangeAccepted: 1,
    PlanChangeReplaced: 1,
    PlanChangeWithdrawn: 1,
    PlanChangeLapsed: 1,
    PlanChanged: 1,
    CancellationNotified: 1,
    CancellationCorrected: 2,
    CancellationVoided: 2,
    ContractTerminated: 1,
    FeeObligationArose: 1,
    FeeWaived: 3,
    IijIdContractLost: 1,
    IijIdContractRegained: 1,
    DenialReasonsSet: 1,
    ChangeProposed: 2,
    ChangeApproved: 1,
    ChangeRejected: 1,
    ...ofTheLog,
  },
};

const deviceRegistry: Topic<LogMessageType | DeviceRegistryMessageType> = {
  address: 'smartkey.device-registry',
  description:
    'Registered IDs, their spells and devices. Key: `account-<rid_…>`; of the log itself `log-device-registry`.',
  messages: {
    IdRegistered: 2,
    IdDeregistered: 1,
    RegistrationVoided: 1,
    RegistrationCorrected: 1,
    IdSuspended: 1,
    IdResumed: 1,
    EnrolmentStarted: 1,
    EnrolmentCodeRefused: 1,
    EnrolmentEnded: 1,
    DeviceEnrolled: 1,
    DeviceSuspended: 1,
    DeviceResumed: 1,
    DeviceRevoked: 1,
    EnrolmentLinkIssued: 1,
    EnrolmentLinkOpened: 1,
    EnrolmentLinkProven: 1,
    EnrolmentLinkCodeRefused: 1,
    EnrolmentLinkEnded: 1,
    RecoveryCodesMade: 1,
    RecoveryCodeTaken: 1,
    DeviceReported: 1,
    EnrolmentReleased: 1,
    PersonalDataErased: 1,
    LegalHoldSet: 1,
    LegalHoldLifted: 1,
    ...ofTheLog,
  },
};

const authentication: Topic<LogMessageType | AuthenticationMessageType> = {
  address: 'smartkey.authentication',
  description:
    'Credentials and authentications. Key: `authentication-<rid_…>`, for denials `denials-<ctr_…>`; of the log itself `log-authentication`.',
  messages: {
    CredentialIssued: 1,
    CredentialConfirmed: 1,
    CredentialErased: 1,
    AuthSucceeded: 1,
    AccountLocked: 1,
    AccountUnlocked: 1,
    DenialsCounted: 1,
    ...ofTheLog,
  },
};

const billing: Topic<LogMessageType | BillingMessageType> = {
  address: 'smartkey.billing',
  description:
    'Closed months, issued documents, their files, credit notes that are asked for, exports and settings. Key: `billing-<ctr_…>`, `close-<month>`, `series-<name>`, `rendition-<number>`, `delivery-<number>`, `approval-<apr_…>`, `exports-<name>`, `acknowledgement-<exp_…>`, `export-settings-billing`, `profile-<ctr_…>`, `policies-billing` or `issuer-billing`; of the log itself `log-billing`.',
  messages: {
    CloseRequested: 1,
    CloseFinished: 4,
    MonthClosed: 1,
    InvoiceIssued: 4,
    CorrectionIssued: 2,
    CreditNoteIssued: 2,
    CreditNoteProposed: 1,
    CreditNoteApproved: 1,
    CreditNoteRejected: 1,
    ExportRequested: 1,
    InvoiceExported: 2,
    ExportRefused: 1,
    ExportAcknowledged: 1,
    ExportSettingsSet: 1,
    DocumentCompleted: 1,
    DocumentRendered: 1,
    StatementMade: 1,
    DeliveryRequested: 1,
    InvoiceDelivered: 1,
    DeliveryRefused: 1,
    BillingProfileChanged: 2,
    PolicySet: 1,
    IssuerSet: 1,
    ...ofTheLog,
  },
};

/** The published language, by the service that publishes it. */
export const TOPICS = { contract, 'device-registry': deviceRegistry, authentication, billing } as const;
