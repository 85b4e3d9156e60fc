import { timingSafeEqual } from 'node:crypto';
import type { Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import type { SecretBox } from '@smartkey/secrets';
import type { Answer } from '../front/answer.ts';

/** A request that was begun under an Idempotency-Key. */
export interface IdempotencyRow {
  readonly fingerprint: Uint8Array | null;
  readonly owner: string;
  readonly leaseUntil: Instant;
  readonly expiresAt: Instant;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: Uint8Array | null;
  readonly sealed: string | null;
  readonly secretUntil: Instant | null;
}

/** What a kept secret answer is bound to. */
export const answerContext = (scope: Buffer): string => `gateway idempotency ${scope.toString('hex')}`;

export const sameFingerprint = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b);

/** Rows of answers to repeat. Times are the system's, given in. */
export class IdempotencyStore {
  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {}

  /** Insert first: of many, one begins. */
  async begin(
    scope: Buffer,
    row: {
      readonly fingerprint: Buffer | null;
      readonly owner: string;
      readonly leaseUntil: Instant;
      readonly expiresAt: Instant;
    },
  ): Promise<boolean> {
    const inserted = await this.database.execute(
      `INSERT INTO idempotency (scope, fingerprint, owner, lease_until, expires_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (scope) DO NOTHING`,
      [scope, row.fingerprint, row.owner, row.leaseUntil, row.expiresAt],
    );
    return inserted === 1;
  }

  async read(scope: Buffer): Promise<IdempotencyRow | undefined> {
    const [row] = await this.database.query<IdempotencyRow>(
      `SELECT fingerprint, owner, lease_until AS "leaseUntil", expires_at AS "expiresAt", status, headers, body, sealed,
         secret_until AS "secretUntil"
       FROM idempotency WHERE scope = $1`,
      [scope],
    );
    return row;
  }

  /** Takes a row over from an owner who is gone; of many, one does. */
  async takeOver(
    scope: Buffer,
    from: string,
    to: { readonly owner: string; readonly leaseUntil: Instant; readonly expiresAt: Instant },
  ): Promise<boolean> {
    const taken = await this.database.execute(
      `UPDATE idempotency SET owner = $3, lease_until = $4, expires_at = $5
       WHERE scope = $1 AND owner = $2 AND status IS NULL`,
      [scope, from, to.owner, to.leaseUntil, to.expiresAt],
    );
    return taken === 1;
  }

  /** Keeps the answer; one with a secret sealed, until `secretUntil`. */
  async finish(
    scope: Buffer,
    owner: string,
    fingerprint: Buffer,
    answer: Answer<Buffer>,
    secretUntil: Instant,
  ): Promise<void> {
    const { status, headers, body, secret } = answer;
    const sealed = secret ? await this.secretBox.seal(body, answerContext(scope)) : null;
    await this.database.execute(
      `UPDATE idempotency SET fingerprint = $3, status = $4, headers = $5::jsonb, body = $6, sealed = $7, secret_until = $8
       WHERE scope = $1 AND owner = $2`,
      [
        scope,
        owner,
        fingerprint,
        status,
        JSON.stringify(headers),
        secret ? null : body,
        sealed,
        secret ? secretUntil : null,
      ],
    );
  }

  /** The answer as it was given. @returns undefined for one whose secret is no longer kept. */
  async answerOf(scope: Buffer, row: IdempotencyRow, now: Instant): Promise<Answer<Buffer> | undefined> {
    const whole = { status: row.status!, headers: row.headers ?? {}, secret: row.secretUntil !== null };
    if (row.secretUntil === null) return { ...whole, body: Buffer.from(row.body ?? []) };
    if (row.sealed === null || row.secretUntil <= now) return undefined;
    return { ...whole, body: Buffer.from(await this.secretBox.open(row.sealed, answerContext(scope))) };
  }

  /** Forgets a request that was not answered for good, so that its repeat is carried out. */
  async forget(scope: Buffer, owner: string): Promise<void> {
    await this.database.execute('DELETE FROM idempotency WHERE scope = $1 AND owner = $2', [scope, owner]);
  }

  /** Forgets what another process began and cannot end: for the start of a gateway that is the only one. */
  async forgetUnfinished(): Promise<void> {
    await this.database.execute('DELETE FROM idempotency WHERE status IS NULL');
  }

  /** Drops what is past its time. @returns how many rows went. */
  async purge(now: Instant): Promise<number> {
    await this.database.execute(
      'UPDATE idempotency SET sealed = NULL WHERE sealed IS NOT NULL AND secret_until <= $1',
      [now],
    );
    return this.database.execute(
      `DELETE FROM idempotency WHERE scope IN
         (SELECT scope FROM idempotency WHERE expires_at <= $1 AND (status IS NOT NULL OR lease_until <= $1) LIMIT 5000)`,
      [now],
    );
  }
}
