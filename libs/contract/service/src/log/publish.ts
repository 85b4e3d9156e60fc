import type { ContractEvent } from '@smartkey/contract-domain';
import { onlyFields, type NewEvent } from '@smartkey/kernel';
import { TOPICS, type ContractMessages, type ContractMessageType } from '@smartkey/messages';
import type { PublishedEvent, PublishedForms } from '@smartkey/runtime';
import { contractOfStream } from './stored-events.ts';

/** What is published of each event: what other services need, nothing that names a person or repeats words. A party's address is as the log holds it. */
const PUBLISHED: PublishedForms<ContractEvent, ContractMessages> = {
  ContractApplied: onlyFields('plan', 'recipient', 'iijIdContract'),
  ApplicationRejected: () => ({}),
  ApplicationWithdrawn: () => ({}),
  ContractAccepted: onlyFields('plan', 'acceptedOn', 'termsVersion', 'recipient'),
  ApplicantChanged: onlyFields('recipient'),
  BillingStartSet: onlyFields('date'),
  ServiceStarted: onlyFields('date'),
  PriceQuoted: onlyFields('quote'),
  ConditionAttested: onlyFields('condition', 'on'),
  ConditionWithdrawn: onlyFields('condition', 'on'),
  ServiceWithheld: () => ({}),
  ServiceRestored: () => ({}),
  PlanChangeRequested: (change) => change,
  PlanChangeAccepted: (change) => change,
  PlanChangeReplaced: (replacement) => replacement,
  PlanChangeWithdrawn: (withdrawal) => withdrawal,
  PlanChangeLapsed: (lapse) => lapse,
  PlanChanged: (change) => change,
  CancellationNotified: ({ policyVersion: _policyVersion, ...notice }) => notice,
  CancellationCorrected: ({ reason: _reason, ...correction }) => correction,
  CancellationVoided: onlyFields('cancellation'),
  ContractTerminated: (end) => end,
  FeeObligationArose: (fee) => fee,
  FeeWaived: onlyFields('fee', 'mistake'),
  IijIdContractLost: (loss) => loss,
  IijIdContractRegained: (gain) => gain,
  DenialReasonsSet: (setting) => setting,
};

/** Pure: what is published of an event of the contract service's log, sealed or opened. */
export function publishContractEvent(
  event: Pick<NewEvent, 'type' | 'version' | 'data'> & { stream: string },
): PublishedEvent {
  const published = PUBLISHED[event.type as ContractMessageType] as ((data: object) => object) | undefined;
  if (published === undefined) throw new Error(`nothing says what is published of ${event.type}`);
  return {
    type: event.type,
    version: TOPICS.contract.messages[event.type as ContractMessageType],
    contract: contractOfStream(event.stream),
    data: published(event.data),
  };
}
