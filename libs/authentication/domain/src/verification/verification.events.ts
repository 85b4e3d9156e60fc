import type { DomainEvent, AccountId, AuthenticationId, ContractId, DeviceId } from '@smartkey/kernel';

/** One successful authentication (別紙1 備考2). */
export type AuthSucceeded = DomainEvent<
  'AuthSucceeded',
  {
    readonly contract: ContractId;
    readonly account: AccountId;
    readonly device: DeviceId;
    /** `aut_…` */ readonly authentication: AuthenticationId;
  }
>;
