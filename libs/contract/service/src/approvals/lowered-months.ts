import type { ContractId } from '@smartkey/kernel';
import {
  askedBy,
  contractDecider,
  FACT_OF,
  type ContractEvent,
  type ContractState,
  type Issued,
  type Moment,
  type ProposedChange,
} from '@smartkey/contract-domain';
import type { WhatIfAnswer, WhatIfAsked } from '@smartkey/messages';
import { big } from '@smartkey/money';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';
import { publishContractEvent } from '../log/publish.ts';

/** A contract as it was looked at. */
interface Seen {
  readonly id: ContractId;
  readonly state: ContractState;
  readonly revision: number;
}

/** Whether a change that may lower issued months does: billing knows what was used, and rates them with it and without. */
export class LoweredMonths {
  constructor(private readonly peers: Peers) {}

  /**
   * @returns true also where a month cannot be rated: nobody can then say that it does not come to less.
   * @throws PeerUnavailableError where billing does not answer.
   */
  async lowers(change: ProposedChange, contract: Seen, moment: Moment, issued: Issued): Promise<boolean> {
    // A fee is not rated: waived, what it was on comes to less.
    if (change.kind === 'waiver') return true;
    // It is for months to come.
    if (change.kind === 'plan-change') return false;
    const asked = askedBy(change, { issued, lowersNothing: true });
    const decided = contractDecider.decide({ ...asked, ...moment }, contract.state);
    // Not legal any more: whoever carries it out is told why.
    if (!decided.ok) return false;
    const { months } = await this.#whatIf(contract, decided.value.filter(isOf(change)));
    return months.some(({ now, then }) => now === null || then === null || big(then).lt(big(now)));
  }

  async #whatIf({ id, revision }: Seen, events: readonly ContractEvent[]): Promise<WhatIfAnswer> {
    const messages = events.map((event) => {
      const { type, data } = publishContractEvent({ ...event, stream: `contract-${id}` });
      return { type, data };
    });
    const body: WhatIfAsked = { revision, messages };
    const path = `/internal/contracts/${id}/what-if`;
    const answer = await this.peers.call('billing', { method: 'POST', path, body });
    if (answer.status !== 200)
      throw new PeerUnavailableError('billing', `answered ${answer.status} at ${path}`);
    return answer.body as WhatIfAnswer;
  }
}

const isOf =
  ({ kind }: ProposedChange) =>
  ({ type }: ContractEvent): boolean =>
    type === FACT_OF[kind];
