import type { JstDay } from '@smartkey/calendar';
import type { Fact } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

/** Since when the contractor is known to hold no IIJ ID contract. */
export interface IijId {
  readonly lostOn?: JstDay;
}

export const iijIdContractHeld: IijId = {};

export function evolveIijId(state: IijId, event: Fact<ContractEvent>): IijId {
  switch (event.type) {
    case 'IijIdContractLost':
      return { lostOn: event.data.on };
    case 'IijIdContractRegained':
      return iijIdContractHeld;
    default:
      return state;
  }
}
