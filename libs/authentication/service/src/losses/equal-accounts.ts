import { standingOf, type StandingCredential } from '@smartkey/authentication-domain';
import type { Transaction } from '@smartkey/database';
import type { LossFinding } from '@smartkey/event-store';
import type { AccountFacts } from '@smartkey/facts';
import type { AccountId, ContractId, DeviceId, Instant } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import { isKnown, moveCredentials, replaceFacts } from '../knowledge/follow-facts.ts';
import type { Owners } from '../knowledge/owners.ts';
import type { AccountLog } from '../log/account-log.ts';

/** Accounts that are looked at together, and those of them that the registry is asked about at the same time. */
const PAGE = 200;
const TOGETHER = 16;
/** So often somebody may change an account while it is looked at. */
const MOST_ROUNDS = 20;

interface Copy {
  readonly account: AccountId;
  readonly contract: ContractId;
  readonly revision: bigint;
  readonly facts: AccountFacts;
}

interface Live extends StandingCredential {
  readonly contract: ContractId;
}

/**
 * The registry's log lost its end: what is kept here of accounts is made equal to what the registry has. Accounts and devices that it no longer has
 * stop working, for good.
 */
export class EqualAccounts {
  constructor(
    private readonly log: AccountLog,
    private readonly owners: Owners,
  ) {}

  /** @param loss names the facts that follow. @throws PeerUnavailableError; begun again it goes on with what differs. */
  async make(loss: string): Promise<readonly LossFinding[]> {
    const findings: LossFinding[] = [];
    const read = (after: string, size: number) =>
      this.log.database.query<{ account: AccountId }>(
        `SELECT account FROM accounts WHERE account > $1 ORDER BY account LIMIT $2::integer`,
        [after, size],
      );
    for await (const copies of pagesBehind({
      size: PAGE,
      from: '',
      read,
      placeOf: ({ account }): string => account,
    }))
      for (let from = 0; from < copies.length; from += TOGETHER) {
        const some = copies.slice(from, from + TOGETHER);
        const found = await Promise.all(some.map(({ account }) => this.#makeOne(account, loss)));
        findings.push(...found.flat());
      }
    return findings;
  }

  async #makeOne(account: AccountId, loss: string): Promise<readonly LossFinding[]> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const { database } = this.log;
      const [copy] = await database.query<Copy>(
        'SELECT account, contract, revision, facts FROM accounts WHERE account = $1',
        [account],
      );
      if (copy === undefined) return [];
      // Before the registry is asked: it answers for each of these, and not for one that is issued meanwhile.
      const live = await database.query<Live>(
        `SELECT device, contract, enrolment, status, announced_at::integer AS "announcedAt" FROM credentials
         WHERE account = $1 AND status <> 'ended' ORDER BY device`,
        [account],
      );
      const facts = await this.owners.account(copy.contract, { account }, -1);
      const done = await this.log.change((tx, now) => this.#follow(tx, copy, live, facts, { loss, now }));
      if (done) return findingsOf(copy, live, facts);
    }
    throw new Error(`${account} changed ${MOST_ROUNDS} times while it was put beside the registry's`);
  }

  /** @returns false where somebody has changed the copy meanwhile. */
  async #follow(
    tx: Transaction,
    copy: Copy,
    live: readonly Live[],
    facts: AccountFacts | undefined,
    { loss, now }: { readonly loss: string; readonly now: Instant },
  ): Promise<boolean> {
    const { account } = copy;
    const [still] = await tx.query<{ revision: bigint }>(
      'SELECT revision FROM accounts WHERE account = $1 FOR UPDATE',
      [account],
    );
    if (still?.revision !== copy.revision) return false;
    if (facts === undefined || !isKnown(facts))
      await tx.execute('DELETE FROM accounts WHERE account = $1', [account]);
    else await replaceFacts(tx, facts);
    await this.log.takeGuard(tx, account);
    const moved = live.map((credential) => ({ ...credential, standing: standingNow(credential, facts) }));
    await moveCredentials(this.log, tx, account, moved, { commandId: `${loss}/${account}`, now });
    return true;
  }
}

/** Whatever the registry had said before it lost that: it has spoken for all of these. */
const standingNow = (credential: Live, facts: AccountFacts | undefined) =>
  facts === undefined
    ? ({ status: 'ended', cause: 'deregistered' } as const)
    : standingOf({ ...credential, announcedAt: -1 }, facts);

function findingsOf(
  { account, contract, facts: before }: Copy,
  live: readonly Live[],
  facts: AccountFacts | undefined,
): readonly LossFinding[] {
  if (facts === undefined)
    return [
      {
        kind: 'account-gone',
        subject: account,
        contract,
        detail: `the registry no longer has it; ${live.length} devices of it work no more`,
      },
    ];
  const found: LossFinding[] = [];
  if (before.erased === true && facts.erased !== true)
    found.push({
      kind: 'erasure-lost',
      subject: account,
      contract,
      detail: 'its personal data were erased, which the registry no longer knows: erase them again',
    });
  for (const credential of live)
    if (standingNow(credential, facts).status === 'ended')
      found.push({
        kind: 'device-gone',
        subject: credential.device,
        contract,
        detail: `the registry no longer has it as one of ${account}; it works no more`,
      });
  return [...found, ...withoutSecret(account, contract, live, facts)];
}

/** Devices that the registry lets in and that have no secret here: they are to be enrolled again. */
function withoutSecret(
  account: AccountId,
  contract: ContractId,
  live: readonly { readonly device: DeviceId }[],
  { devices }: AccountFacts,
): readonly LossFinding[] {
  const known = new Set(live.map(({ device }) => device));
  return Object.entries(devices).flatMap(([device, status]) =>
    status === 'revoked' || known.has(device as DeviceId)
      ? []
      : [
          {
            kind: 'device-without-secret',
            subject: device,
            contract,
            detail: `a device of ${account} whose secret is not here: it is to be enrolled again`,
          },
        ],
  );
}
