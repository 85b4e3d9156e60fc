import type { Database } from '@smartkey/database';
import type { AccountId, ContractId } from '@smartkey/kernel';

/** An ID whose personal data are erased. */
export interface ErasedId {
  readonly account: AccountId;
  readonly contract: ContractId;
  /** What its external id was found by; missing where that was never heard of here. */
  readonly digest: string | undefined;
}

/** Addresses, and the caller's own words for an attempt: the attempts stay, and what was decided on them. */
const OF_ID = `
  UPDATE attempt_log SET client_ref = NULL, address = NULL, address_digest = NULL, network_digest = NULL
  WHERE contract = $1 AND rid = $2
    AND (client_ref IS NOT NULL OR address IS NOT NULL OR network_digest IS NOT NULL)`;

/** Those that came while there was no such ID: before it was registered, or behind its end. */
const OF_DIGEST = `
  UPDATE attempt_log
  SET unknown_digest = NULL, client_ref = NULL, address = NULL, address_digest = NULL, network_digest = NULL
  WHERE contract = $1 AND result = 'denied' AND reason = 'not_authenticated' AND unknown_digest = $2`;

/** Takes a person out of the log of attempts. Safe to repeat. */
export async function eraseAttempts(
  database: Database,
  { account, contract, digest }: ErasedId,
): Promise<void> {
  await database.execute(OF_ID, [contract, account]);
  if (digest !== undefined) await database.execute(OF_DIGEST, [contract, digest]);
}
