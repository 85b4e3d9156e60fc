import type { ContractEvent } from '@smartkey/contract-domain';
import type { EventForms, PersonalData } from '@smartkey/event-store';

const STREAM_PREFIX = 'contract-';

/** The contract that a stream belongs to. */
export const contractOfStream = (stream: string): string => stream.slice(STREAM_PREFIX.length);

const ofContract = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (stream) => contractOfStream(stream),
});

/**
 * All at version 1. What names a person is sealed under the contract's own key; the recipient of tax documents is kept by law
 * and stays in plain.
 */
export const storedEvents: EventForms<ContractEvent> = {
  ContractApplied: { personal: ofContract('email') },
  ApplicationRejected: {},
  ApplicationWithdrawn: {},
  ContractAccepted: {},
  ApplicantChanged: { personal: ofContract('email') },
  BillingStartSet: { personal: ofContract('agreement') },
  ServiceStarted: {},
  PriceQuoted: { personal: ofContract('agreement') },
  ConditionAttested: { personal: ofContract('attestedBy') },
  ConditionWithdrawn: { personal: ofContract('attestedBy') },
  ServiceWithheld: {},
  ServiceRestored: {},
  PlanChangeRequested: {},
  PlanChangeAccepted: {},
  PlanChangeReplaced: {},
  PlanChangeWithdrawn: {},
  PlanChangeLapsed: {},
  PlanChanged: {},
  CancellationNotified: {},
  CancellationCorrected: {},
  CancellationVoided: {},
  ContractTerminated: {},
  FeeObligationArose: {},
  FeeWaived: {},
  IijIdContractLost: {},
  IijIdContractRegained: {},
  DenialReasonsSet: {},
};

/** The data of an event without what names a person. */
export function withoutPersonal(type: string, data: object): object {
  const personal: PersonalData | undefined = (storedEvents as Record<string, { personal?: PersonalData }>)[
    type
  ]?.personal;
  return personal === undefined
    ? data
    : Object.fromEntries(Object.entries(data).filter(([name]) => !personal.fields.includes(name)));
}
