import type { ContractId } from '@smartkey/kernel';

/** An IIJ ID contract as the operator sees it (第3条). */
export interface IijIdContractView {
  readonly id: string;
  readonly active: boolean;
  readonly source: 'embedded' | 'http';
  readonly contracts?: readonly ContractId[];
}
