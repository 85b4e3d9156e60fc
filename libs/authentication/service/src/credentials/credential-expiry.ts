import { credentialErased, type CredentialIds } from '@smartkey/authentication-domain';
import { plusMillis, systemActor, type Instant } from '@smartkey/kernel';
import type { DueWork } from '@smartkey/runtime';
import { onceOfDevice, type AccountLog } from '../log/account-log.ts';
import { eraseCredential } from './erase-credential.ts';

/** A confirmation that the registry has not taken up a day after its enrolment's end never will be. */
const TAKEN_UP_WITHIN_MILLIS = 24 * 3_600_000;
const BATCH = 500;

interface Expiring extends CredentialIds {
  readonly due_at: Instant;
}

const DUE_AT = `CASE status WHEN 'pending' THEN expires_at ELSE expires_at + interval '1 day' END`;

/** Enrolments end by themselves: at their expiry the secret is erased. */
export class CredentialExpiry implements DueWork {
  constructor(private readonly log: AccountLog) {}

  async runDue(upTo: Instant): Promise<void> {
    for (;;) {
      const due = await this.#due(upTo);
      for (const credential of due) await this.#expire(credential);
      if (due.length < BATCH) return;
    }
  }

  async nextDue(): Promise<Instant | undefined> {
    const [row] = await this.log.database.query<{ due_at: Instant | null }>(
      `SELECT min(${DUE_AT}) AS due_at FROM credentials WHERE status IN ('pending', 'confirmed')`,
    );
    return row?.due_at ?? undefined;
  }

  #due(upTo: Instant): Promise<Expiring[]> {
    return this.log.database.query<Expiring>(
      `SELECT device, account, contract, ${DUE_AT} AS due_at FROM credentials
       WHERE status = 'pending' AND expires_at <= $1 OR status = 'confirmed' AND expires_at <= $2
       ORDER BY due_at, device LIMIT ${BATCH}`,
      [upTo, plusMillis(upTo, -TAKEN_UP_WITHIN_MILLIS)],
    );
  }

  /** A timer's fact: it occurred at its due instant, however late the timer was. */
  #expire({ due_at: dueAt, ...ids }: Expiring): Promise<void> {
    const { account, device } = ids;
    return this.log.change(async (tx) => {
      await this.log.takeGuard(tx, account);
      if ((await eraseCredential(tx, device, 'expired')) === 0) return;
      await this.log.appendDue(tx, account, [onceOfDevice(credentialErased(ids, 'expired'))], dueAt, {
        commandId: `expiry/${device}`,
        actor: systemActor('authentication'),
      });
    });
  }
}
