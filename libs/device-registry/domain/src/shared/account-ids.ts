import type { AccountId, ContractId } from '@smartkey/kernel';

/** In every event: whose it is. */
export interface AccountIds {
  /** `rid_…` */ readonly account: AccountId;
  /** `ctr_…` */ readonly contract: ContractId;
}

export const whose = ({ account, contract }: AccountIds): AccountIds => ({ account, contract });
