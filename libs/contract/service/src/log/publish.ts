import type { ContractEvent } from '@smartkey/contract-domain';
import type { NewEvent } from '@smartkey/kernel';
import type { ContractMessages, ContractMessageType } from '@smartkey/messages';
import type { PublishedEvent } from '@smartkey/runtime';
import { contractOfStream } from './contract-forms.ts';

type DataOf<Type extends ContractEvent['type']> = Extract<ContractEvent, { type: Type }>['data'];

/** The published form of each event: what other services need, nothing that names a person. */
const FORMS: { readonly [Type in ContractMessageType]: (data: DataOf<Type>) => ContractMessages[Type] } = {
  ContractApplied: ({ plan, recipient, iijIdContract }) => ({ plan, recipient, iijIdContract }),
  ApplicationRejected: ({ reason }) => ({ reason }),
  ApplicationWithdrawn: ({ reason }) => ({ reason }),
  ContractAccepted: ({ plan, acceptedOn, termsVersion, recipient }) => ({
    plan,
    acceptedOn,
    termsVersion,
    recipient,
  }),
  ApplicantChanged: ({ recipient }) => ({ recipient }),
  BillingStartSet: ({ date }) => ({ date }),
  ServiceStarted: ({ date }) => ({ date }),
  PriceQuoted: ({ quote }) => ({ quote }),
  ConditionAttested: ({ condition, on }) => ({ condition, on }),
  ConditionWithdrawn: ({ condition, on }) => ({ condition, on }),
  ServiceWithheld: ({ reason }) => ({ reason }),
  ServiceRestored: ({ reason }) => ({ reason }),
  PlanChangeRequested: (change) => change,
  PlanChangeAccepted: (change) => change,
  PlanChangeReplaced: (replacement) => replacement,
  PlanChangeWithdrawn: (withdrawal) => withdrawal,
  PlanChangeLapsed: (lapse) => lapse,
  PlanChanged: (change) => change,
  CancellationNotified: ({ policyVersion: _policyVersion, ...notice }) => notice,
  CancellationCorrected: (correction) => correction,
  CancellationVoided: (withdrawal) => withdrawal,
  ContractTerminated: (end) => end,
  FeeObligationArose: (fee) => fee,
  FeeWaived: (waiver) => waiver,
  IijIdContractLost: (loss) => loss,
  IijIdContractRegained: (gain) => gain,
  DenialReasonsSet: (setting) => setting,
};

/** Pure: the published form of an event of the contract service's log, sealed or opened. */
export function publishContractEvent(
  event: Pick<NewEvent, 'type' | 'version' | 'data'> & { stream: string },
): PublishedEvent {
  const form = FORMS[event.type as ContractMessageType] as ((data: object) => object) | undefined;
  if (form === undefined) throw new Error(`no published form is known for events of type ${event.type}`);
  return {
    type: event.type,
    version: event.version,
    contract: contractOfStream(event.stream),
    data: form(event.data),
  };
}
