import type { Clock } from '@smartkey/kernel';
import type { Peers } from '@smartkey/runtime';
import type { AccountLog } from '../shared/account-log.ts';
import { AccountKnowledge } from './account-knowledge.ts';
import { ContractKnowledge } from './contract-knowledge.ts';
import { Owners } from './owners.ts';

/** The token it is injected by. */
export const KNOWLEDGE = Symbol('knowledge');

/** What this service knows of the others' facts. */
export interface Knowledge {
  readonly contracts: ContractKnowledge;
  readonly accounts: AccountKnowledge;
}

export function knowledgeOf(log: AccountLog, peers: Peers, clock: Clock): Knowledge {
  const owners = new Owners(peers);
  return {
    contracts: new ContractKnowledge(log.database, owners),
    accounts: new AccountKnowledge(log, owners, clock),
  };
}
