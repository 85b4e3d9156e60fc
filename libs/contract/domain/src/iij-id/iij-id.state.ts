import type { JstDay } from '@smartkey/calendar';
import type { Fact } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

/** Since when the contractor is known to hold no IIJ ID contract. */
export interface IijIdState {
  readonly lostOn?: JstDay;
}

export const iijIdContractHeld: IijIdState = {};

export function evolveIijId(state: IijIdState, event: Fact<ContractEvent>): IijIdState {
  switch (event.type) {
    case 'IijIdContractLost':
      return { lostOn: event.data.on };
    case 'IijIdContractRegained':
      return {};
    default:
      return state;
  }
}
