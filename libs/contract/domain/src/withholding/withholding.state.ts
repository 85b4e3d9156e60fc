import type { Fact, Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

export type Withholding =
  | { readonly withheld: false }
  | { readonly withheld: true; readonly reason: string; readonly since: Instant };

export const notWithheld: Withholding = { withheld: false };

export function evolveWithholding(state: Withholding, event: Fact<ContractEvent>): Withholding {
  switch (event.type) {
    case 'ServiceWithheld':
      return { withheld: true, reason: event.data.reason, since: event.occurredAt };
    case 'ServiceRestored':
      return notWithheld;
    default:
      return state;
  }
}
