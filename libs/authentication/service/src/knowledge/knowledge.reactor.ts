import type { Reactor } from '@smartkey/projections';
import { accountStreams, contractStreams, type Knowledge } from './knowledge.ts';

/**
 * Takes in what the bus brings of contracts and accounts. A reactor and no projection: facts change credentials and erase
 * secrets in their own transaction, and what was erased cannot be built again. What it missed is asked for when needed.
 */
export const knowledgeReactor = ({ contracts, accounts }: Knowledge): Reactor => ({
  name: 'knowledge',
  sources: ['contract', 'device-registry'],
  async react(messages) {
    await contracts.hear(contractStreams(messages));
    await accounts.hear(accountStreams(messages));
  },
});
