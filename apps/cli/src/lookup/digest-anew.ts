import type { Database } from '@smartkey/database';
import type { AccountId, ContractId } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import { externalIdDigest, type SubjectKeys } from '@smartkey/secrets';
import { CommandError } from '../command.ts';

/** Accounts that one statement changes. */
const AT_ONCE = 1_000;

export interface DigestedTables {
  readonly registry: Database;
  /** Missing where it never ran on these data. */
  readonly authentication: Database | undefined;
  readonly subjectKeys: SubjectKeys;
  /** The next one. */
  readonly lookupKey: Uint8Array;
}

export interface DigestedAnew {
  readonly accounts: number;
  readonly changed: number;
  /** Accounts whose key is lost. */
  readonly unreadable: readonly AccountId[];
}

/**
 * Nothing may be found by a former digest any more when a rotation begins.
 * @throws CommandError where erasures still go through files, or where data of a version before tell digests.
 */
export async function mustHaveNothingBetween(
  registry: Database,
  authentication: Database | undefined,
): Promise<void> {
  const [work] = await registry.query<{ open: number }>('SELECT count(*)::integer AS open FROM erasure_work');
  if (work!.open > 0)
    throw new CommandError(
      `${work!.open} erasures still go through files of imports, by digests of the former key: start the system and let them end first`,
    );
  const [told] = (await authentication?.query<{ there: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM accounts WHERE facts ? 'externalIdDigest') AS there`,
  )) ?? [{ there: false }];
  if (told!.there)
    throw new CommandError('these data are of a version before: start the system once with this one first');
}

interface Row {
  readonly account: AccountId;
  readonly contract: ContractId;
  readonly digest: string;
  readonly sealed: string;
}

/**
 * Digests every external id that is found anew, in the registry's table and in authentication's copy. Safe to repeat, and after a crash between any two
 * statements: a row that has its new digest stays as it is.
 * @param told how many were looked at so far.
 */
export async function digestAnew(
  tables: DigestedTables,
  told: (accounts: number) => void,
): Promise<DigestedAnew> {
  const { registry, subjectKeys, lookupKey } = tables;
  let [accounts, changed] = [0, 0];
  const unreadable: AccountId[] = [];
  const read = (after: string, limit: number): Promise<readonly Row[]> =>
    registry.query<Row>(
      `SELECT account, contract, digest, sealed FROM identities
       WHERE account > $1 AND sealed IS NOT NULL ORDER BY account LIMIT $2`,
      [after, limit],
    );
  for await (const rows of pagesBehind({ size: AT_ONCE, from: '', read, placeOf: accountOf })) {
    const opened = await subjectKeys.openMany(
      rows.map(({ account, sealed }) => ({ subject: account, sealed: [sealed] })),
    );
    const digests = rows.map(({ account, contract }, n) => {
      const [externalId] = opened[n]!;
      if (externalId !== undefined) return externalIdDigest(lookupKey, contract, externalId);
      unreadable.push(account);
      return `erased/${account}`;
    });
    changed += await registry.execute(
      `UPDATE identities AS i SET digest = n.digest FROM unnest($1::text[], $2::text[]) AS n (account, digest)
       WHERE i.account = n.account AND i.digest <> n.digest`,
      [rows.map(({ account }) => account), digests],
    );
    accounts += rows.length;
    told(accounts);
  }
  if (tables.authentication !== undefined) await copyDigests(registry, tables.authentication);
  return { accounts, changed, unreadable };
}

const accountOf = ({ account }: { readonly account: AccountId }): string => account;

/** What authentication finds external ids by is the registry's; an account that the registry does not know is found by none. */
async function copyDigests(registry: Database, authentication: Database): Promise<void> {
  const read = (after: string, limit: number): Promise<readonly { readonly account: AccountId }[]> =>
    authentication.query<{ account: AccountId }>(
      'SELECT account FROM accounts WHERE account > $1 ORDER BY account LIMIT $2',
      [after, limit],
    );
  for await (const rows of pagesBehind({ size: AT_ONCE, from: '', read, placeOf: accountOf })) {
    const accounts = rows.map(({ account }) => account);
    const known = await registry.query<{ account: AccountId; digest: string }>(
      `SELECT account, digest FROM identities WHERE account = ANY($1::text[]) AND digest <> 'erased/' || account`,
      [accounts],
    );
    const digests = new Map(known.map(({ account, digest }) => [account, digest]));
    await authentication.execute(
      `UPDATE accounts AS a SET external_id_digest = n.digest FROM unnest($1::text[], $2::text[]) AS n (account, digest)
       WHERE a.account = n.account AND a.external_id_digest IS DISTINCT FROM n.digest AND NOT (a.facts ? 'erased')`,
      [accounts, accounts.map((account) => digests.get(account) ?? null)],
    );
  }
}

/** Attempts for external ids that nobody has: these are known by their digests alone, which cannot be made anew. */
export const dropUnknownDigests = (authentication: Database): Promise<number> =>
  authentication.execute('UPDATE attempt_log SET unknown_digest = NULL WHERE unknown_digest IS NOT NULL');
