import type { Attempts, VerificationState, VerifiedAccount } from '@smartkey/authentication-domain';
import { prepared, type Database } from '@smartkey/database';
import { inForceAt, type AccountFacts, type ContractFacts } from '@smartkey/facts';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import { Batcher } from '@smartkey/lifecycle';
import { attemptsOf, type AttemptsColumns } from '../attempts/attempts.row.ts';
import type { SealedCredential } from '../totp/credential-secrets.ts';

/** Whom a code is said to come from. */
export type Claimant = { readonly digest: string } | { readonly account: AccountId };

export interface ActiveCredential extends SealedCredential {
  readonly lastStep: number;
}

/** Everything that one decision goes by, as one snapshot shows it. */
export interface Situation {
  /** Missing: nothing is known of the contract. */
  readonly contract: ContractFacts | undefined;
  /** Missing: the contract has no such account, as far as is known here. */
  readonly account:
    | {
        readonly id: AccountId;
        readonly status: AccountFacts['status'];
        /** Of the account's stream, up to which it is known here. */
        readonly revision: number;
      }
    | undefined;
  readonly credentials: readonly ActiveCredential[];
  /** There are others, confirmed or suspended, that the registry may have let in since. */
  readonly credentialsWaiting: boolean;
  readonly attempts: Attempts;
  /** What the guard must still be at when the decision is committed. */
  readonly version: bigint;
}

interface Row extends AttemptsColumns {
  readonly contract: ContractFacts | null;
  readonly account: AccountId | null;
  readonly status: NonNullable<AccountFacts['status']> | null;
  readonly revision: bigint | null;
  readonly version: bigint | null;
  readonly credentials: readonly ActiveCredential[] | null;
  readonly waiting: boolean;
}

/** Each asked for by index, one by one: a plain join, planned while the tables were small, reads all of them ever after (PGlite never analyses). */
const situationsBy = (claim: string): string => `
  SELECT c.facts AS contract, a.account, a.facts->>'status' AS status, a.revision,
         g.version, g.failures, g.locked_until, g.hard_locked,
         (SELECT jsonb_agg(jsonb_build_object('contract', d.contract, 'account', d.account, 'device', d.device,
                   'sealed', d.sealed, 'digits', d.digits, 'period', d.period, 'algorithm', d.algorithm,
                   'lastStep', d.last_step) ORDER BY d.device)
          FROM credentials d WHERE d.account = a.account AND d.status = 'active') AS credentials,
         EXISTS (SELECT FROM credentials d
                 WHERE d.account = a.account AND d.status IN ('confirmed', 'suspended')) AS waiting
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (contract, claim, n)
  LEFT JOIN LATERAL (SELECT facts FROM contracts WHERE contract = asked.contract OFFSET 0) c ON true
  LEFT JOIN LATERAL (
    -- Of several with one digest the latest: ids sort by the time they were made.
    SELECT account, revision, facts FROM accounts WHERE contract = asked.contract AND ${claim} = asked.claim
    ORDER BY account DESC LIMIT 1
  ) a ON true
  LEFT JOIN LATERAL (
    SELECT version, failures, locked_until, hard_locked FROM attempts WHERE account = a.account OFFSET 0
  ) g ON true
  ORDER BY asked.n`;

const BY_DIGEST = prepared('situations-by-digest', situationsBy('external_id_digest'));
const BY_ACCOUNT = prepared('situations-by-account', situationsBy('account'));

/** Situations read by one statement. */
const MOST = 100;

interface Asked {
  readonly contract: ContractId;
  readonly claim: string;
}

/** Reads situations. Those that are asked for while a statement is under way are read by the next one; a lone one waits for nobody. */
export class Situations {
  readonly #byDigest = this.#reader(BY_DIGEST);
  readonly #byAccount = this.#reader(BY_ACCOUNT);

  constructor(private readonly database: Database) {}

  /** As one snapshot shows it. Another contract's account is none. */
  read(contract: ContractId, claimant: Claimant): Promise<Situation> {
    return 'digest' in claimant
      ? this.#byDigest.add({ contract, claim: claimant.digest })
      : this.#byAccount.add({ contract, claim: claimant.account });
  }

  #reader(statement: string): Batcher<Asked, Situation> {
    return new Batcher(
      async (asked) => {
        const rows = await this.database.query<Row>(statement, [
          asked.map(({ contract }) => contract),
          asked.map(({ claim }) => claim),
        ]);
        // Each was asked for by name, so there is a row for each.
        if (rows.length !== asked.length)
          throw new TypeError(`the query of ${asked.length} situations answered ${rows.length} rows`);
        return rows.map(situationOf);
      },
      { most: MOST },
    );
  }
}

function situationOf(row: Row): Situation {
  const { account, status, revision, credentials, waiting, version } = row;
  return {
    contract: row.contract ?? undefined,
    account:
      account === null ? undefined : { id: account, status: status ?? undefined, revision: Number(revision) },
    credentials: credentials ?? [],
    credentialsWaiting: waiting,
    attempts: attemptsOf(row),
    version: version ?? 0n,
  };
}

/** What the rules of a verification see of a situation. */
export const verificationState = (
  contract: ContractId,
  facts: ContractFacts,
  situation: Situation,
  now: Instant,
): VerificationState => ({
  contract: { id: contract, ended: facts.accepted && !inForceAt(facts, now), withheld: facts.withheld },
  account: verifiedAccount(situation),
});

function verifiedAccount({ account, credentials: devices, attempts }: Situation): VerifiedAccount {
  switch (account?.status) {
    case 'registered':
      return { status: 'registered', id: account.id, devices, attempts };
    case 'suspended':
      return { status: 'suspended' };
    case 'deregistered':
    case undefined:
      return { status: 'none' };
  }
}
