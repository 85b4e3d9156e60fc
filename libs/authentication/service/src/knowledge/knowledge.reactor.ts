import type { Message } from '@smartkey/event-bus';
import type { AccountMessage } from '@smartkey/messages';
import type { Reactor } from '@smartkey/projections';
import type { ContractMessage } from './contract-knowledge.ts';
import type { Knowledge } from './knowledge.ts';

const ACCOUNT_STREAM = 'account-';
const CONTRACT_STREAM = 'contract-';

/** The messages of streams with a prefix, by what the prefix is put before: the id of the contract or account. */
function byStream(messages: readonly Message[], prefix: string): Map<string, Message[]> {
  const streams = new Map<string, Message[]>();
  for (const message of messages) {
    if (!message.stream.startsWith(prefix)) continue;
    const id = message.stream.slice(prefix.length);
    const stream = streams.get(id);
    if (stream === undefined) streams.set(id, [message]);
    else stream.push(message);
  }
  return streams;
}

/**
 * Takes in what the bus brings of contracts and accounts. A reactor and no projection: facts change credentials and erase
 * secrets in their own transaction, and what was erased cannot be built again. What it missed is asked for when needed.
 */
export const knowledgeReactor = ({ contracts, accounts }: Knowledge): Reactor => ({
  name: 'knowledge',
  sources: ['contract', 'device-registry'],
  async react(messages) {
    const ofContracts: ReadonlyMap<string, readonly ContractMessage[]> = byStream(
      messages.filter(({ source }) => source === 'contract'),
      CONTRACT_STREAM,
    );
    const ofAccounts: ReadonlyMap<string, readonly AccountMessage[]> = byStream(
      messages.filter(({ source }) => source === 'device-registry'),
      ACCOUNT_STREAM,
    );
    if (ofContracts.size > 0) await contracts.hear(ofContracts);
    if (ofAccounts.size > 0) await accounts.hear(ofAccounts);
  },
});
