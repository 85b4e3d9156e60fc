import type { ContractId } from '@smartkey/kernel';
import { NO_PROFILE, type BillingProfile } from '@smartkey/billing-domain';
import { prepared, type Sql } from '@smartkey/database';
import type { SharedSeal } from '@smartkey/secrets';
import { openedBillTo } from '../log/sealed-recipient.ts';

const AS_OF = prepared(
  'profiles_as_of',
  `select distinct on (contract) contract, profile from billing_profile
   where contract = any($1::text[]) and position <= $2::bigint order by contract, position desc`,
);

/** The profiles of contracts as billing's log had them at a position, in the clear; contracts without one are missing. */
export async function profilesAsOf(
  sql: Sql,
  seal: SharedSeal,
  contracts: readonly ContractId[],
  position: bigint,
): Promise<ReadonlyMap<string, BillingProfile>> {
  const rows = await sql.query<{ contract: ContractId; profile: BillingProfile }>(AS_OF, [
    contracts,
    position,
  ]);
  return new Map(
    rows.map(({ contract, profile }) => [
      contract,
      { ...profile, billTo: openedBillTo(seal, contract, profile.billTo) },
    ]),
  );
}

/** The profile of a contract out of many. */
export const profileIn = (
  profiles: ReadonlyMap<string, BillingProfile>,
  contract: ContractId,
): BillingProfile => profiles.get(contract) ?? NO_PROFILE;
