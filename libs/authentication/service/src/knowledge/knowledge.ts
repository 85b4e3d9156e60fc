import { idOfStream, type IdOf, type IdPrefix, groupBy } from '@smartkey/kernel';
import type { Peers } from '@smartkey/runtime';
import type { AccountLog } from '../log/account-log.ts';
import { KnownAccounts, type ErasableAttempts } from './known-accounts.ts';
import { KnownContracts } from './known-contracts.ts';
import { Owners } from './owners.ts';

/** The token it is injected by. */
export const KNOWLEDGE = Symbol('knowledge');

/** What this service knows of the others' facts. */
export interface Knowledge {
  readonly contracts: KnownContracts;
  readonly accounts: KnownAccounts;
  readonly owners: Owners;
}

export function knowledgeOf(log: AccountLog, peers: Peers, attempts: ErasableAttempts): Knowledge {
  const owners = new Owners(peers);
  return {
    contracts: new KnownContracts(log.database, owners),
    accounts: new KnownAccounts(log, owners, attempts),
    owners,
  };
}

/** Messages by the id of the contract or account whose stream they are of; others are left out. */
const byStream =
  <Prefix extends IdPrefix>(category: string, prefix: Prefix) =>
  <M extends { readonly stream: string }>(messages: readonly M[]): ReadonlyMap<IdOf<Prefix>, readonly M[]> =>
    groupBy(
      messages.filter(({ stream }) => stream.startsWith(category)),
      ({ stream }) => idOfStream(prefix, stream),
    );

export const contractStreams = byStream('contract-', 'ctr');
export const accountStreams = byStream('account-', 'rid');
