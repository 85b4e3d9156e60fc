import type { Fact } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

export interface DenialReasons {
  readonly disclosed: boolean;
}

/** Told, unless a contract sets otherwise. */
export const reasonsDisclosed: DenialReasons = { disclosed: true };

export const evolveDenialReasons = (state: DenialReasons, event: Fact<ContractEvent>): DenialReasons =>
  event.type === 'DenialReasonsSet' ? { disclosed: event.data.disclosed } : state;
