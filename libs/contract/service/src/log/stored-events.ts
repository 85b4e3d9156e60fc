import { idOfStream, type ContractId } from '@smartkey/kernel';
import type { ContractEvent } from '@smartkey/contract-domain';
import type { EventForms, PersonalData } from '@smartkey/event-store';

const STREAM_PREFIX = 'contract-';

/** Whether a stream is a contract's own; others of this log speak of contracts too. */
export const isContractStream = (stream: string): boolean => stream.startsWith(STREAM_PREFIX);

/** The contract that a stream belongs to. */
export const contractOfStream = (stream: string): ContractId => idOfStream('ctr', stream);

const ofContract = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (stream) => contractOfStream(stream),
});

/** Where the party to a contract can be reached: on tax documents, so kept by law, and needed by billing. */
const ofParty = (...fields: readonly string[]): PersonalData => ({
  ...ofContract(...fields),
  shared: ['recipient.department', 'recipient.address'],
});

/**
 * All at version 1. What names a person, and the words of a reason, are sealed under the contract's own key; departments and
 * addresses for all services. The name of the party stays in plain: contracts are searched by it.
 */
export const storedEvents: EventForms<ContractEvent> = {
  ContractApplied: { personal: ofParty('email') },
  ApplicationRejected: { personal: ofContract('reason') },
  ApplicationWithdrawn: { personal: ofContract('reason') },
  ContractAccepted: { personal: ofParty() },
  ApplicantChanged: { personal: ofParty('email') },
  BillingStartSet: { personal: ofContract('agreement', 'reason') },
  ServiceStarted: {},
  PriceQuoted: { personal: ofContract('agreement', 'reason') },
  ConditionAttested: { personal: ofContract('attestedBy') },
  ConditionWithdrawn: { personal: ofContract('attestedBy') },
  ServiceWithheld: { personal: ofContract('reason') },
  ServiceRestored: { personal: ofContract('reason') },
  PlanChangeRequested: {},
  PlanChangeAccepted: {},
  PlanChangeReplaced: {},
  PlanChangeWithdrawn: {},
  PlanChangeLapsed: {},
  PlanChanged: {},
  CancellationNotified: {},
  CancellationCorrected: { personal: ofContract('reason') },
  CancellationVoided: { personal: ofContract('reason') },
  ContractTerminated: {},
  FeeObligationArose: {},
  FeeWaived: { personal: ofContract('reason') },
  IijIdContractLost: {},
  IijIdContractRegained: {},
  DenialReasonsSet: {},
};

/** What is for the operator and the contractor itself; an auditor sees the rest, reasons too. */
const OF_PERSONS: readonly string[] = ['email', 'agreement', 'attestedBy'];

/** The data of an event, opened, without what names a person. */
export const withoutPersons = (data: object): object =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !OF_PERSONS.includes(name)));
