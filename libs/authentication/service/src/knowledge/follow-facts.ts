import { credentialErased, standingOf, type StandingCredential } from '@smartkey/authentication-domain';
import type { Transaction } from '@smartkey/database';
import { systemActor, type Instant, type AccountId, type ContractId } from '@smartkey/kernel';
import type { FoundAccount } from '@smartkey/facts';
import { eraseCredential } from '../credentials/erase-credential.ts';
import { onceOfDevice, type AccountLog, type IdentifiedEvent } from '../log/account-log.ts';

/** Facts of an account that was registered at some time. */
export type KnownAccountFacts = FoundAccount & Required<Pick<FoundAccount, 'contract'>>;

export const isKnown = (facts: FoundAccount): facts is KnownAccountFacts =>
  facts.contract !== undefined && (facts.status !== undefined || facts.erased === true);

/** Whether its external id is somebody's, but what finds it is not known here yet. */
export const lacksDigest = ({ externalIdDigest, erased }: FoundAccount): boolean =>
  externalIdDigest === undefined && erased !== true;

/**
 * Facts that are newer than those at hand replace them; the number of rows says how many were. The key that is named is the only
 * unique one, so that statements about the same account at the same time wait for each other and none fails.
 */
export const KEEP_FACTS = `
  INSERT INTO accounts (account, contract, external_id_digest, revision, facts)
  SELECT account, contract, digest, revision, facts::jsonb
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) AS f (account, contract, digest, revision, facts)
  ON CONFLICT (account) DO UPDATE
  SET external_id_digest = excluded.external_id_digest, revision = excluded.revision, facts = excluded.facts
  WHERE accounts.revision < excluded.revision`;

/** In the order of the accounts, so that two such statements never wait for each other. */
export function keepParameters(facts: readonly KnownAccountFacts[]): readonly unknown[] {
  const ordered = [...facts].sort((a, b) => (a.account < b.account ? -1 : 1));
  return [
    ordered.map(({ account }) => account),
    ordered.map(({ contract }) => contract),
    ordered.map(({ externalIdDigest, erased }) => (erased === true ? null : (externalIdDigest ?? null))),
    ordered.map(({ revision }) => BigInt(revision)),
    ordered.map(({ externalIdDigest: _apart, ...facts }) => JSON.stringify(facts)),
  ];
}

/** Facts take the place of those at hand, whatever their revisions: the owner's log lost its end, and counts on from before. */
export async function replaceFacts(tx: Transaction, facts: KnownAccountFacts): Promise<void> {
  const { account, externalIdDigest, revision } = facts;
  await tx.execute(
    'UPDATE accounts SET external_id_digest = $2, revision = $3, facts = $4::jsonb WHERE account = $1',
    [account, externalIdDigest ?? null, BigInt(revision), JSON.stringify(facts)],
  );
}

interface LiveCredential extends Omit<StandingCredential, 'announcedAt'> {
  readonly contract: ContractId;
  readonly announced_at: bigint;
}

/**
 * Keeps newer facts of one account and moves its credentials to where these put them; secrets of what has ended are erased.
 * Moves the version of the account's guard too: what was decided on older facts cannot be committed any more.
 */
export async function followFacts(
  log: AccountLog,
  tx: Transaction,
  facts: KnownAccountFacts,
  now: Instant,
): Promise<void> {
  const { account, revision } = facts;
  if ((await tx.execute(KEEP_FACTS, keepParameters([facts]))) === 0) return;
  await log.takeGuard(tx, account);
  const erased: IdentifiedEvent[] = [];
  for (const credential of await liveCredentials(tx, account)) {
    const { device, contract, status } = credential;
    const standing = standingOf({ ...credential, announcedAt: Number(credential.announced_at) }, facts);
    if (standing.status === 'ended') {
      await eraseCredential(tx, device, standing.cause);
      erased.push(onceOfDevice(credentialErased({ contract, account, device }, standing.cause)));
    } else if (standing.status !== status) {
      await tx.execute('UPDATE credentials SET status = $2 WHERE device = $1', [device, standing.status]);
    }
  }
  if (erased.length === 0) return;
  const commandId = `facts/${account}/${revision}`;
  await log.append(tx, account, erased, now, { commandId, actor: systemActor('authentication') });
}

const liveCredentials = (tx: Transaction, account: AccountId): Promise<LiveCredential[]> =>
  tx.query<LiveCredential>(
    `SELECT device, contract, enrolment, status, announced_at FROM credentials
     WHERE account = $1 AND status <> 'ended' ORDER BY device FOR UPDATE`,
    [account],
  );
