import {
  noAttempts,
  type Attempts,
  type VerificationState,
  type VerifiedAccount,
} from '@smartkey/authentication-domain';
import { prepared, type Database } from '@smartkey/database';
import { inForceAt, type AccountFacts, type ContractFacts } from '@smartkey/facts';
import { instantOf, type Instant, type AccountId, type ContractId } from '@smartkey/kernel';
import { Batcher } from '@smartkey/lifecycle';
import { attemptsInRow } from '../attempts/attempts.row.ts';
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

/** An account and what is counted of its attempts; `null`: there is none. */
type AccountFields =
  | readonly [
      account: AccountId,
      status: AccountFacts['status'] | null,
      revision: number,
      version: string | null,
      failures: number | null,
      /** Milliseconds since 1970. */
      lockedUntil: number | null,
      hardLocked: boolean | null,
      credentials: readonly CredentialFields[] | null,
      waiting: boolean | null,
    ]
  | null;

type CredentialFields = readonly [
  device: ActiveCredential['device'],
  contract: ContractId,
  sealed: string,
  digits: ActiveCredential['digits'],
  period: ActiveCredential['period'],
  algorithm: ActiveCredential['algorithm'],
  lastStep: number,
];

/**
 * Two JSON texts, of the contracts by their ids and of the accounts in their order: on PGlite a result costs by its fields, and many ask for one
 * contract. Each is looked up by index, one by one: a plain join, planned while the tables were small, reads all of them ever after (PGlite never analyses).
 */
const situationsBy = (claim: string): string => `
  SELECT (
    SELECT concat('{', string_agg(concat(to_json(c.contract), ':', c.facts), ','), '}')
    FROM (SELECT DISTINCT contract FROM unnest($1::text[]) AS asked (contract)) AS asked
    CROSS JOIN LATERAL (SELECT contract, facts FROM contracts WHERE contract = asked.contract OFFSET 0) c
  ) AS contracts, (
    SELECT concat('[', string_agg(CASE WHEN a.account IS NULL THEN 'null' ELSE
        concat('[', to_json(a.account), ',', coalesce(a.facts -> 'status', 'null'), ',', a.revision, ',',
          coalesce('"' || g.version || '"', 'null'), ',', coalesce(g.failures::text, 'null'), ',',
          coalesce((extract(epoch FROM g.locked_until) * 1000)::bigint::text, 'null'), ',', coalesce(to_json(g.hard_locked)::text, 'null'), ',',
          coalesce('[' || d.active || ']', 'null'), ',', coalesce(to_json(d.waiting)::text, 'null'), ']')
      END, ',' ORDER BY asked.n), ']')
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (contract, claim, n)
    LEFT JOIN LATERAL (
      -- Of several with one digest the latest: ids sort by the time they were made.
      SELECT account, revision, facts FROM accounts WHERE contract = asked.contract AND ${claim} = asked.claim
      ORDER BY account DESC LIMIT 1
    ) a ON true
    LEFT JOIN LATERAL (
      SELECT version, failures, locked_until, hard_locked FROM attempts WHERE account = a.account OFFSET 0
    ) g ON true
    LEFT JOIN LATERAL (
      SELECT string_agg(concat('[', to_json(c.device), ',', to_json(c.contract), ',', to_json(c.sealed), ',', c.digits, ',', c.period, ',',
                 to_json(c.algorithm), ',', c.last_step, ']'), ',' ORDER BY c.device) FILTER (WHERE c.status = 'active') AS active,
             bool_or(c.status <> 'active') AS waiting
      FROM credentials c WHERE c.account = a.account AND c.status IN ('active', 'confirmed', 'suspended')
    ) d ON true
  ) AS accounts`;

interface Row {
  readonly contracts: string;
  readonly accounts: string;
}

const BY_DIGEST = prepared('situations-by-digest', situationsBy('external_id_digest'));
const BY_ACCOUNT = prepared('situations-by-account', situationsBy('account'));

/** Situations read by one statement. */
const MOST = 100;

interface Asked {
  readonly contract: ContractId;
  readonly claim: string;
}

/** Reads situations. Those that are asked for while a statement is under way are read by the next one; a single one is read at once. */
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
        const [row] = await this.database.query<Row>(statement, [
          asked.map(({ contract }) => contract),
          asked.map(({ claim }) => claim),
        ]);
        const contracts = JSON.parse(row!.contracts) as Readonly<Record<ContractId, ContractFacts>>;
        const accounts = JSON.parse(row!.accounts) as readonly AccountFields[];
        // Each was asked for by name, so there is an answer to each.
        if (accounts.length !== asked.length)
          throw new TypeError(`the query of ${asked.length} situations answered ${accounts.length}`);
        return asked.map(({ contract }, place) => situationOf(contracts[contract], accounts[place]!));
      },
      { most: MOST },
    );
  }
}

function situationOf(contract: ContractFacts | undefined, fields: AccountFields): Situation {
  if (fields === null)
    return {
      contract,
      account: undefined,
      credentials: [],
      credentialsWaiting: false,
      attempts: noAttempts,
      version: 0n,
    };
  const [account, status, revision, version, failures, lockedUntil, hard, credentials, waiting] = fields;
  return {
    contract,
    account: { id: account, status: status ?? undefined, revision },
    credentials: (credentials ?? []).map(([device, of, sealed, digits, period, algorithm, lastStep]) => ({
      contract: of,
      account,
      device,
      sealed,
      digits,
      period,
      algorithm,
      lastStep,
    })),
    credentialsWaiting: waiting ?? false,
    attempts: attemptsInRow({
      failures,
      locked_until: lockedUntil === null ? null : instantOf(lockedUntil),
      hard_locked: hard,
    }),
    version: version === null ? 0n : BigInt(version),
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
