import { NOTHING_COUNTED } from '@smartkey/billing-domain';
import type {
  BillingProfileChanged,
  CreditNoteProposalEvent,
  DeliveryEvent,
  ExportAcknowledged,
  ExportEvent,
  ExportSettingsSet,
  IssuerSet,
  MonthCloseEvent,
  ParkedContract,
  PolicySet,
  RenditionEvent,
} from '@smartkey/billing-domain';
import type { EventForms, PersonalData, Upcast } from '@smartkey/event-store';

/** Up to version 1 the event held every parked contract by name; the later ones say how many. */
const countParked: Upcast = (data) => {
  const { parked, counts, ...rest } = data as {
    readonly parked: readonly ParkedContract[];
    readonly counts: object;
  };
  return { ...rest, counts: { ...counts, parked: parked.length } };
};

/** Up to version 2 nothing was corrected, and nobody counted what waits; up to version 3 none of the months that are billed below 0. */
const countNothingMore: Upcast = (data) => {
  const { counts, ...rest } = data as { readonly counts: object };
  return { ...rest, counts: { ...NOTHING_COUNTED, ...counts } };
};

/** The events of close runs as the log holds them. */
export const storedCloses: EventForms<MonthCloseEvent> = {
  CloseRequested: {},
  CloseFinished: { upcasts: [countParked, countNothingMore, countNothingMore] },
};

/** A version that only adds what former ones did not have. */
const asItStands: Upcast = (data) => data;

/** The events of exports: up to version 1 of `InvoiceExported` a file was told of without totals and without a request before it. */
export const storedExports: EventForms<ExportEvent> = {
  ExportRequested: {},
  InvoiceExported: { upcasts: [asItStands] },
  ExportRefused: {},
};

/** What ERPs say of exports. */
export const storedAcknowledgements: EventForms<ExportAcknowledged> = { ExportAcknowledged: {} };

/** Names and words are sealed under the key of the contract that a credit note is about. */
const ofContract = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (_stream, data) => String(data['contract']),
});

/** The events of credit notes that are asked for. */
export const storedCreditNoteProposals: EventForms<CreditNoteProposalEvent> = {
  CreditNoteProposed: { personal: ofContract('reason', 'asker.name') },
  CreditNoteApproved: { personal: ofContract('approver.name') },
  CreditNoteRejected: { personal: ofContract('reason') },
};

/** The events of documents that become files. An address that was completed is sealed as the recipients of documents are. */
export const storedRenditions: EventForms<RenditionEvent> = {
  DocumentCompleted: {
    personal: {
      fields: [],
      shared: ['recipient.postalCode', 'recipient.address'],
      subject: (_stream, data) => String(data['contract']),
    },
  },
  DocumentRendered: {},
  StatementMade: {},
};

/** The events of deliveries: whom a document went to is sealed under the key of its contract. */
export const storedDeliveries: EventForms<DeliveryEvent> = {
  DeliveryRequested: { personal: ofContract('to') },
  InvoiceDelivered: { personal: ofContract('to') },
  DeliveryRefused: {},
};

/** The words of a reason may name a person. */
const reasoned: PersonalData = { fields: ['reason'], subject: (stream) => stream };

/** The events of policies. */
export const storedPolicies: EventForms<PolicySet> = { PolicySet: { personal: reasoned } };

/** The events of the issuer. */
export const storedIssuers: EventForms<IssuerSet> = { IssuerSet: { personal: reasoned } };

/** The settings of files for ERPs. */
export const storedExportSettings: EventForms<ExportSettingsSet> = {
  ExportSettingsSet: { personal: reasoned },
};

/** The stream of a contract's profile is `profile-<ctr_…>`. */
const PROFILE = 'profile-';

/** Whom documents are made out to is sealed as the recipients of documents are. */
export const storedProfiles: EventForms<BillingProfileChanged> = {
  BillingProfileChanged: {
    // Up to version 1 there was no customer code.
    upcasts: [asItStands],
    personal: {
      fields: [],
      shared: ['email', 'billTo.postalCode', 'billTo.address', 'billTo.department', 'billTo.contact'],
      subject: (stream) => stream.slice(PROFILE.length),
    },
  },
};
