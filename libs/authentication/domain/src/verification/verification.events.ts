import type { DomainEvent } from '@smartkey/kernel';

/** One successful authentication (別紙1 備考2). */
export type AuthSucceeded = DomainEvent<
  'AuthSucceeded',
  {
    readonly contract: string;
    readonly account: string;
    readonly device: string;
    /** `aut_…` */ readonly authentication: string;
  }
>;
