/** In every event: whose it is. */
export interface AccountIds {
  /** `rid_…` */ readonly account: string;
  /** `ctr_…` */ readonly contract: string;
}

export const whose = ({ account, contract }: AccountIds): AccountIds => ({ account, contract });
