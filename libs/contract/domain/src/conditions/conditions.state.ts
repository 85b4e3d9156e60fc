import type { JstDay } from '@smartkey/calendar';
import type { Fact } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import { CONDITIONS, type ConditionNumber } from './condition-number.ts';

/** By whom and for which day something was last attested. */
interface Attestation {
  readonly on: JstDay;
  readonly attestedBy: string;
}

/** Unmet: withdrawn, or never attested. */
export type Condition =
  | ({ readonly met: true; readonly licenceVersion?: string } & Attestation)
  | ({ readonly met: false } & Partial<Attestation>);

export type Conditions = Readonly<Record<ConditionNumber, Condition>>;

const unmet: Condition = { met: false };
export const noConditionMet: Conditions = { 1: unmet, 2: unmet, 3: unmet, 4: unmet, 5: unmet };

export const allConditionsMet = (conditions: Conditions): boolean =>
  CONDITIONS.every((number) => conditions[number].met);

export function evolveConditions(state: Conditions, event: Fact<ContractEvent>): Conditions {
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
