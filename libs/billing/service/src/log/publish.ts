import type { RecordedEvent, ContractId } from '@smartkey/kernel';
import type { BillingMessages, BillingMessageType } from '@smartkey/messages';
import { completedFields } from '@smartkey/billing-domain';
import type {
  CloseFinished,
  CloseRequested,
  CreditNote,
  CreditNoteApproved,
  CreditNoteProposed,
  CreditNoteRejected,
  DocumentCompleted,
  DocumentRendered,
  DeliveryRefused,
  DeliveryRequested,
  ExportAcknowledged,
  ExportRefused,
  ExportRequested,
  ExportSettingsSet,
  Invoice,
  InvoiceDelivered,
  InvoiceExported,
  IssuerSet,
  MonthClosed,
  PolicySet,
  StatementMade,
} from '@smartkey/billing-domain';
import type { PublishedEvent } from '@smartkey/runtime';
import { storedCloses } from './stored-events.ts';

/** Of a recipient the name is told. */
const named = <Document extends Invoice>({ recipient: { name }, ...document }: Document) => ({
  ...document,
  recipient: { name },
});

type Published = { readonly [Type in BillingMessageType]: (data: never) => BillingMessages[Type] };

type Profile = BillingMessages['BillingProfileChanged'] & {
  readonly email?: unknown;
  readonly contract: ContractId;
};

/** Stored and published shapes are the same, but for the contract, which every message names beside its data, and for what old versions held too much of. */
const PUBLISHED = {
  CloseRequested: (data: CloseRequested['data']) => data,
  CloseFinished: (data: CloseFinished['data']) => data,
  MonthClosed: ({ contract: _contract, ...data }: MonthClosed['data']) => data,
  InvoiceIssued: named<Invoice>,
  CorrectionIssued: named<Invoice>,
  CreditNoteIssued: named<CreditNote>,
  // What it is about, not what was asked for in which words by whom.
  CreditNoteProposed: ({ approval, creditNote, month, number }: CreditNoteProposed['data']) => ({
    approval,
    creditNote,
    affects: [{ month, number }],
  }),
  CreditNoteApproved: ({ approval, creditNote }: CreditNoteApproved['data']) => ({ approval, creditNote }),
  CreditNoteRejected: ({ approval, creditNote, cause }: CreditNoteRejected['data']) => ({
    approval,
    creditNote,
    cause,
  }),
  ExportRequested: (data: ExportRequested['data']) => data,
  InvoiceExported: (data: InvoiceExported['data']) => data,
  // Which fields, not what they say.
  DocumentCompleted: ({ number, contract: _contract, ...completion }: DocumentCompleted['data']) => ({
    number,
    fields: completedFields(completion),
  }),
  DocumentRendered: ({ contract: _contract, ...file }: DocumentRendered['data']) => file,
  StatementMade: ({ number, rows, root }: StatementMade['data']) => ({ number, rows, root }),
  ExportRefused: (data: ExportRefused['data']) => data,
  ExportAcknowledged: (data: ExportAcknowledged['data']) => data,
  ExportSettingsSet: ({ version, postingDate }: ExportSettingsSet['data']) => ({ version, postingDate }),
  // Which document by which channel, not to whom.
  DeliveryRequested: ({ number, delivery, channel }: DeliveryRequested['data']) => ({
    number,
    delivery,
    channel,
  }),
  InvoiceDelivered: ({ number, delivery, channel }: InvoiceDelivered['data']) => ({
    number,
    delivery,
    channel,
  }),
  DeliveryRefused: ({ number, delivery, channel, reason }: DeliveryRefused['data']) => ({
    number,
    delivery,
    channel,
    cause: reason,
  }),
  // Documents are sent by billing itself: nobody else needs the mailbox.
  BillingProfileChanged: ({ contract: _contract, email: _email, ...profile }: Profile) => profile,
  PolicySet: ({ reason: _reason, ...policy }: PolicySet['data']) => policy,
  IssuerSet: ({ version, from, name, registrationNumber }: IssuerSet['data']) => ({
    version,
    from,
    name,
    registrationNumber,
  }),
} satisfies Published;

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
