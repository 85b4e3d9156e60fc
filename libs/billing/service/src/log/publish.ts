import {
  completedFields,
  type CreditNoteProposalEvent,
  type DeliveryEvent,
  type ExportAcknowledged,
  type ExportEvent,
  type ExportSettingsSet,
  type Invoice,
  type IssuerSet,
  type MonthClosed,
  type MonthCloseEvent,
  type PolicySet,
  type RenditionEvent,
  type SeriesEvent,
} from '@smartkey/billing-domain';
import { onlyFields, type ContractId, type DomainEvent, type RecordedEvent } from '@smartkey/kernel';
import type { BillingMessages } from '@smartkey/messages';
import type { PublishedEvent, PublishedForms } from '@smartkey/runtime';
import { storedCloses } from './stored-events.ts';

/** A profile as the log holds it: whom documents are made out to is sealed. */
type BillingProfileChanged = DomainEvent<
  'BillingProfileChanged',
  BillingMessages['BillingProfileChanged'] & { readonly contract: ContractId; readonly email?: unknown }
>;

/** Every event of billing's log. */
type BillingEvent =
  | BillingProfileChanged
  | CreditNoteProposalEvent
  | DeliveryEvent
  | ExportAcknowledged
  | ExportEvent
  | ExportSettingsSet
  | IssuerSet
  | MonthClosed
  | MonthCloseEvent
  | PolicySet
  | RenditionEvent
  | SeriesEvent;

/** Of a recipient the name is told. */
const named = <Document extends Invoice>({ recipient: { name }, ...document }: Document) => ({
  ...document,
  recipient: { name },
});

/** Stored and published shapes are the same, but for the contract, which every message names beside its data, and for what old versions held too much of. */
const PUBLISHED: PublishedForms<BillingEvent, BillingMessages> = {
  CloseRequested: (data) => data,
  CloseFinished: (data) => data,
  MonthClosed: ({ contract: _contract, ...data }) => data,
  InvoiceIssued: named,
  CorrectionIssued: named,
  CreditNoteIssued: named,
  // What it is about, not what was asked for in which words by whom.
  CreditNoteProposed: ({ approval, creditNote, month, number }) => ({
    approval,
    creditNote,
    affects: [{ month, number }],
  }),
  CreditNoteApproved: onlyFields('approval', 'creditNote'),
  CreditNoteRejected: onlyFields('approval', 'creditNote', 'cause'),
  ExportRequested: (data) => data,
  InvoiceExported: (data) => data,
  // Which fields, not what they say.
  DocumentCompleted: ({ number, contract: _contract, ...completion }) => ({
    number,
    fields: completedFields(completion),
  }),
  DocumentRendered: ({ contract: _contract, ...file }) => file,
  StatementMade: onlyFields('number', 'rows', 'root'),
  ExportRefused: (data) => data,
  ExportAcknowledged: (data) => data,
  ExportSettingsSet: onlyFields('version', 'postingDate'),
  // Which document by which channel, not to whom.
  DeliveryRequested: onlyFields('number', 'delivery', 'channel'),
  InvoiceDelivered: onlyFields('number', 'delivery', 'channel'),
  DeliveryRefused: ({ number, delivery, channel, reason }) => ({
    number,
    delivery,
    channel,
    cause: reason,
  }),
  // Documents are sent by billing itself: nobody else needs the mailbox.
  BillingProfileChanged: ({ contract: _contract, email: _email, ...profile }) => profile,
  PolicySet: ({ reason: _reason, ...policy }) => policy,
  IssuerSet: onlyFields('version', 'from', 'name', 'registrationNumber'),
};

/**
 * The published form of an event of billing's log.
 * @throws TypeError for a type that this program does not know: nothing of it may slip out.
 */
export function publish(event: RecordedEvent): PublishedEvent {
  const { version, data } = current(event);
  const published = (PUBLISHED as Readonly<Record<string, (data: never) => object>>)[event.type];
  if (published === undefined) throw new TypeError(`no published form is known for ${event.type}`);
  const { contract } = data as { readonly contract?: ContractId };
  return {
    type: event.type,
    version,
    ...(contract !== undefined && { contract }),
    data: published(data as never),
  };
}

/** How a run ended is told in its newest version alone: the first one grew with the customers. Documents are told as they stand. */
function current({ type, version, data }: RecordedEvent): Pick<RecordedEvent, 'version' | 'data'> {
  const { upcasts = [] } = type === 'CloseFinished' ? storedCloses.CloseFinished : {};
  const steps = upcasts.slice(version - 1);
  return {
    version: version + steps.length,
    data: steps.reduce<object>((shape, step) => step(shape as Record<string, unknown>), data),
  };
}
