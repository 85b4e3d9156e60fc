import type { ContractMessages } from '@smartkey/messages';
import type { Reactor } from '@smartkey/projections';
import { continuing } from '@smartkey/tracing';
import type { ContractEnds } from './contract-ends.ts';

/** 第6条: a contract that has ended takes its IDs with it. */
export const contractTerminatedReactor = (ends: ContractEnds): Reactor => ({
  name: 'deregister-with-contract',
  sources: ['contract'],
  types: new Set(['ContractTerminated']),
  async react(messages) {
    for (const message of messages) {
      const { id, contract, data } = message;
      if (contract === undefined) continue;
      const { lastDay } = data as ContractMessages['ContractTerminated'];
      await continuing(message, () => ends.deregisterAll(contract, lastDay, id));
    }
  },
});
