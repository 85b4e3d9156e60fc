import type { Decision as DecisionOf } from '@smartkey/kernel';
import type { ContractEvent } from './contract.events.ts';

/** What a command to a contract leads to. */
export type Decision = DecisionOf<ContractEvent>;
