import type { DeviceId, AccountId, ContractId } from '@smartkey/kernel';
import type { Attempts } from '../attempts/attempts.state.ts';

/** A device that may sign in. */
export interface ActiveDevice {
  readonly device: DeviceId;
  /** The last time step that was used up, -1 before the first; no step at or before it is ever accepted again (RFC 6238, 5.2). */
  readonly lastStep: number;
}

/** A registered ID with what its codes are held against. */
export interface RegisteredAccount {
  readonly status: 'registered';
  readonly id: AccountId;
  readonly devices: readonly ActiveDevice[];
  readonly attempts: Attempts;
}

export type VerifiedAccount =
  | RegisteredAccount
  | { readonly status: 'suspended' }
  /** Unknown, another contract's, or deregistered; from outside these are one. */
  | { readonly status: 'none' };

/** All that one verification goes by. */
export interface VerificationState {
  readonly contract: {
    readonly id: ContractId;
    /** 第6条: its last day is over. */ readonly ended: boolean;
    /** 第5条3項 */ readonly withheld: boolean;
  };
  readonly account: VerifiedAccount;
}
