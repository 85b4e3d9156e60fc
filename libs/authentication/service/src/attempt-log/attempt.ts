import type { DenialReason } from '@smartkey/authentication-domain';
import type { IpAddress } from '@smartkey/http';
import type { AccountId, ContractId, DeviceId, Instant } from '@smartkey/kernel';

/** What an attempt's caller says of it, and who that is. */
export interface AttemptOrigin {
  /** `key_…`, or of a session its person, `per_…`. */
  readonly key: string;
  /** The caller's own name for the attempt. */
  readonly clientRef?: string | undefined;
  /** Where the end user is, as the caller says. */
  readonly clientAddress?: IpAddress | undefined;
}

/** Whom an attempt was for: an ID of the contract, or the digest of what it has none for; none of many such together. */
export type AttemptedId = { readonly rid: AccountId } | { readonly unknownDigest: string | null };

/** One attempt to sign in. */
export interface Attempt {
  readonly at: Instant;
  /** UUID; of a success that of its event. */
  readonly id: string;
  readonly contract: ContractId;
  readonly who: AttemptedId;
  readonly origin: AttemptOrigin;
  readonly outcome:
    | { readonly result: 'success'; readonly device: DeviceId }
    | { readonly result: 'denied'; readonly reason: DenialReason };
}
