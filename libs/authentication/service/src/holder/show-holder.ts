import { showHolder, type HolderDecision } from '@smartkey/authentication-domain';
import { unavailable } from '@smartkey/http';
import { derivedUuid } from '@smartkey/identity';
import type { AccountId, Clock, DeviceId, EventMetadata } from '@smartkey/kernel';
import type { HolderShown } from '@smartkey/messages';
import { attemptsInRow, attemptsParameters, type GuardRow, guardOf } from '../attempts/attempts.row.ts';
import type { ActiveCredential } from '../authentications/read-situation.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { CredentialSecrets } from '../totp/credential-secrets.ts';

const MOST_ROUNDS = 16;

/** Checks a code that shows whose an ID is, and signs nobody in. Each wrong one is counted before it is answered. */
export class HolderCheck {
  constructor(
    private readonly log: AccountLog,
    private readonly secrets: CredentialSecrets,
    private readonly clock: Clock,
  ) {}

  async show(account: AccountId, code: string, metadata: EventMetadata): Promise<HolderShown> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const guard = await guardOf(this.log.database, account);
      const devices = await this.#devicesOf(account);
      const steps = new Map<DeviceId, readonly number[]>();
      const looked = this.clock.now();
      for (const device of devices)
        steps.set(device.device, await this.secrets.matching(device, code, looked));
      if (guard === undefined) return { held: false, reason: 'no_active_device' };
      const { contract } = guard;
      const decision = showHolder(
        { now: looked, steps },
        { contract, account, devices, attempts: attemptsInRow(guard) },
      );
      if (await this.#commit(account, guard, decision, metadata)) return shownBy(decision);
    }
    throw unavailable('Too many attempts at this account at once. Nothing was decided; try again.');
  }

  /** @returns false where somebody decided in between. */
  #commit(
    account: AccountId,
    { version }: GuardRow,
    decision: HolderDecision,
    metadata: EventMetadata,
  ): Promise<boolean> {
    if (decision.result === 'denied' && decision.reason !== 'invalid_code') return Promise.resolve(true);
    return this.log.change(async (tx, now) => {
      const attempts = decision.result === 'held' ? undefined : attemptsParameters(decision.attempts);
      const counted = await tx.execute(
        attempts === undefined
          ? 'UPDATE attempts SET version = version + 1 WHERE account = $1 AND version = $2'
          : `UPDATE attempts SET version = version + 1, failures = $3, locked_until = $4, hard_locked = $5
             WHERE account = $1 AND version = $2`,
        [account, version, ...(attempts ?? [])],
      );
      if (counted === 0) return false;
      if (decision.result === 'held') {
        // Under the guard nobody else uses a step up.
        await tx.execute(
          `UPDATE credentials SET last_step = $2 WHERE device = $1 AND status = 'active' AND last_step < $2`,
          [decision.device, decision.step],
        );
        return true;
      }
      const events = decision.events.map((event) => ({
        id: derivedUuid(event.type, account, String(version), now),
        event,
      }));
      if (events.length > 0) await this.log.append(tx, account, events, now, metadata);
      return true;
    });
  }

  #devicesOf(account: AccountId): Promise<readonly ActiveCredential[]> {
    return this.log.database.query<ActiveCredential>(
      `SELECT contract, account, device, sealed, digits, period, algorithm, last_step::int AS "lastStep"
       FROM credentials WHERE account = $1 AND status = 'active' ORDER BY device`,
      [account],
    );
  }
}

function shownBy(decision: HolderDecision): HolderShown {
  return decision.result === 'held'
    ? { held: true, device: decision.device }
    : { held: false, reason: decision.reason };
}
