import {
  credentialErased,
  standingOf,
  type CredentialStanding,
  type StandingCredential,
} from '@smartkey/authentication-domain';
import type { Transaction } from '@smartkey/database';
import { systemActor, type Instant, type AccountId, type ContractId, type DeviceId } from '@smartkey/kernel';
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

/** What an external id is found by stands in its own column alone, and in none once the personal data were erased. */
const columnsOf = ({ externalIdDigest, ...facts }: KnownAccountFacts) => ({
  account: facts.account,
  contract: facts.contract,
  digest: facts.erased === true ? null : (externalIdDigest ?? null),
  revision: BigInt(facts.revision),
  facts: JSON.stringify(facts),
});

/** In the order of the accounts, so that two such statements never wait for each other. */
export function keepParameters(facts: readonly KnownAccountFacts[]): readonly unknown[] {
  const rows = facts.map(columnsOf).sort((a, b) => (a.account < b.account ? -1 : 1));
  return [
    rows.map(({ account }) => account),
    rows.map(({ contract }) => contract),
    rows.map(({ digest }) => digest),
    rows.map(({ revision }) => revision),
    rows.map((row) => row.facts),
  ];
}

/** Facts take the place of those at hand, whatever their revisions: the owner's log lost its end, and counts on from before. */
export async function replaceFacts(tx: Transaction, known: KnownAccountFacts): Promise<void> {
  const { account, digest, revision, facts } = columnsOf(known);
  await tx.execute(
    'UPDATE accounts SET external_id_digest = $2, revision = $3, facts = $4::jsonb WHERE account = $1',
    [account, digest, revision, facts],
  );
}

/** Where a credential is put. */
export interface MovedCredential {
  readonly device: DeviceId;
  readonly contract: ContractId;
  readonly standing: CredentialStanding;
}

/** Puts an account's credentials where its facts say; secrets of what has ended are erased, which is told under the id of the command. */
export async function moveCredentials(
  log: AccountLog,
  tx: Transaction,
  account: AccountId,
  moved: readonly MovedCredential[],
  { commandId, now }: { readonly commandId: string; readonly now: Instant },
): Promise<void> {
  const erased: IdentifiedEvent[] = [];
  for (const { device, contract, standing } of moved)
    if (standing.status !== 'ended')
      await tx.execute(`UPDATE credentials SET status = $2 WHERE device = $1 AND status <> 'ended'`, [
        device,
        standing.status,
      ]);
    else if ((await eraseCredential(tx, device, standing.cause)) > 0)
      erased.push(onceOfDevice(credentialErased({ contract, account, device }, standing.cause)));
  if (erased.length > 0)
    await log.append(tx, account, erased, now, { commandId, actor: systemActor('authentication') });
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
  const moved = (await liveCredentials(tx, account)).flatMap((credential) => {
    const standing = standingOf({ ...credential, announcedAt: Number(credential.announced_at) }, facts);
    return standing.status === credential.status ? [] : [{ ...credential, standing }];
  });
  await moveCredentials(log, tx, account, moved, { commandId: `facts/${account}/${revision}`, now });
}

const liveCredentials = (tx: Transaction, account: AccountId): Promise<LiveCredential[]> =>
  tx.query<LiveCredential>(
    `SELECT device, contract, enrolment, status, announced_at FROM credentials
     WHERE account = $1 AND status <> 'ended' ORDER BY device FOR UPDATE`,
    [account],
  );
