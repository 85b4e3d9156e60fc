import type { DenialReason } from '@smartkey/authentication-domain';
import type { ContractId } from '@smartkey/kernel';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { Claimant, Situation } from './read-situation.ts';

/** Before a refusal on grounds that may be stale their owner is asked, once for one request. */
export class OwnersAsked {
  #contract = false;
  #account = false;

  constructor(
    private readonly knowledge: Knowledge,
    private readonly request: { readonly contract: ContractId; readonly claimant: Claimant },
  ) {}

  /** @returns whether to decide again. @throws PeerUnavailableError */
  async askBefore(reason: DenialReason, { account, credentialsWaiting }: Situation): Promise<boolean> {
    switch (reason) {
      case 'contract_ended':
      case 'service_withheld':
        return this.askContract();
      case 'not_authenticated':
      case 'id_suspended':
      case 'no_active_device':
        return this.#askAccount(account);
      case 'invalid_code':
        // It may be the code of a device that was resumed or taken up just now.
        return credentialsWaiting && this.#askAccount(account);
      case 'locked':
      case 'code_already_used':
        return false;
      default:
        return (reason satisfies never, false);
    }
  }

  /** @returns false where it was asked before. @throws PeerUnavailableError */
  async askContract(): Promise<boolean> {
    if (this.#contract) return false;
    this.#contract = true;
    await this.knowledge.contracts.ask(this.request.contract);
    return true;
  }

  async #askAccount(account: Situation['account']): Promise<boolean> {
    if (this.#account) return false;
    this.#account = true;
    const { contract, claimant } = this.request;
    await this.knowledge.accounts.ask(contract, claimant, account?.revision ?? -1);
    return true;
  }
}
