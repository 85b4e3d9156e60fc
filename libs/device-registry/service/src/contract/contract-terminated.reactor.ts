import type { ContractMessages } from '@smartkey/messages';
import type { Reactor } from '@smartkey/projections';
import type { ContractEnds } from './contract-ends.ts';

/** 第6条: a contract that has ended takes its IDs with it. */
export const contractTerminatedReactor = (ends: ContractEnds): Reactor => ({
  name: 'deregister-with-contract',
  sources: ['contract'],
  async react(messages) {
    for (const { id, type, contract, data } of messages)
      if (type === 'ContractTerminated' && contract !== undefined)
        await ends.deregisterAll(contract, (data as ContractMessages['ContractTerminated']).lastDay, id);
  },
});
