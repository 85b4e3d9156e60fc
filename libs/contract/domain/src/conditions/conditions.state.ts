import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent, Fact } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

/**
 * 第5条1項: (1) device provided, (2) device configured, (3) software obtained, with its licence accepted (2項), (4) prescribed
 * settings made, (5) other items that the operator names.
 */
export type ConditionNumber = 1 | 2 | 3 | 4 | 5;
export const CONDITIONS: readonly ConditionNumber[] = [1, 2, 3, 4, 5];

/** The condition that stands for the software and so for its licence (第5条1項3号, 2項). */
export const SOFTWARE: ConditionNumber = 3;

export type ConditionAttested = DomainEvent<
  'ConditionAttested',
  {
    readonly condition: ConditionNumber;
    readonly on: JstDay;
    /** A person: sealed in the log, not published. */
    readonly attestedBy: string;
    /** The version of the software licence that was accepted; condition 3 only. */
    readonly licenceVersion?: string;
  }
>;

export type ConditionWithdrawn = DomainEvent<
  'ConditionWithdrawn',
  { readonly condition: ConditionNumber; readonly on: JstDay; readonly attestedBy: string }
>;

export type ConditionEvent = ConditionAttested | ConditionWithdrawn;

export interface Condition {
  readonly met: boolean;
  /** The day of the last attestation or withdrawal. */
  readonly on?: JstDay;
  readonly attestedBy?: string;
  readonly licenceVersion?: string;
}

export type ConditionsState = Readonly<Record<ConditionNumber, Condition>>;

const unmet: Condition = { met: false };
export const noConditionMet: ConditionsState = { 1: unmet, 2: unmet, 3: unmet, 4: unmet, 5: unmet };

export const allConditionsMet = (conditions: ConditionsState): boolean =>
  CONDITIONS.every((number) => conditions[number].met);

export function evolveConditions(state: ConditionsState, event: Fact<ContractEvent>): ConditionsState {
  switch (event.type) {
    case 'ConditionAttested': {
      const { condition, ...attestation } = event.data;
      return { ...state, [condition]: { met: true, ...attestation } };
    }
    case 'ConditionWithdrawn': {
      const { condition, ...withdrawal } = event.data;
      return { ...state, [condition]: { met: false, ...withdrawal } };
    }
    default:
      return state;
  }
}
