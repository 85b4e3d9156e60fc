import type { ContractId } from '@smartkey/kernel';
import { termsVersionAt } from '@smartkey/terms';
import {
  contractDecider,
  type ContractCommand,
  type ContractEvent,
  type ContractState,
} from '@smartkey/contract-domain';
import { CommandHandler, EventCodec, type Handled } from '@smartkey/event-store';
import { DerivedSharedSeal } from '@smartkey/secrets';
import type { ServiceParts } from '@smartkey/runtime';
import { storedEvents } from './stored-events.ts';

export type ContractHandler = CommandHandler<ContractState, ContractCommand, ContractEvent, ContractId>;
export type HandledContract = Handled<ContractState, ContractEvent, ContractId>;

export const contractHandler = ({
  store,
  clock,
  subjectKeys,
  lookupKey,
}: Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys' | 'lookupKey'>): ContractHandler =>
  new CommandHandler({
    store,
    clock,
    decider: contractDecider,
    codec: new EventCodec(storedEvents, subjectKeys, new DerivedSharedSeal(lookupKey)),
    category: 'contract',
    termsVersion: (_event, occurredAt) => termsVersionAt(occurredAt),
  });
