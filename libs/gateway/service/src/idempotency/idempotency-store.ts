import { timingSafeEqual } from 'node:crypto';
import { walkTable, type Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { Batcher } from '@smartkey/lifecycle';
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
  readonly sealed: string | null;
  readonly secretUntil: Instant | null;
}

/** What a kept answer is bound to. */
export const answerContext = (scope: Buffer): string => `gateway idempotency ${scope.toString('hex')}`;

export const sameFingerprint = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b);

/** How a request is begun. */
interface Begun {
  readonly scope: Buffer;
  readonly fingerprint: Buffer | null;
  readonly owner: string;
  readonly leaseUntil: Instant;
  readonly expiresAt: Instant;
}

/** How an answer is kept: its body sealed, for it may name people. */
interface Kept {
  readonly scope: Buffer;
  readonly owner: string;
  readonly fingerprint: Buffer;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly sealed: string;
  readonly secretUntil: Instant | null;
}

const hex = (bytes: Buffer | null): string | null => bytes?.toString('hex') ?? null;

/** Rows of answers to repeat. Times are the system's, given in. Rounds of many requests are written together. */
export class IdempotencyStore {
  private readonly begins = new Batcher<Begun, boolean>((rows) => this.beginAll(rows));
  private readonly ends = new Batcher<Kept, void>((rows) => this.keepAll(rows));

  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {}

  /** Insert first: of many with one scope, one begins. */
  begin(scope: Buffer, row: Omit<Begun, 'scope'>): Promise<boolean> {
    return this.begins.add({ scope, ...row });
  }

  private async beginAll(rows: readonly Begun[]): Promise<readonly boolean[]> {
    const given = rows.map((row) => ({ ...row, scope: hex(row.scope), fingerprint: hex(row.fingerprint) }));
    const inserted = await this.database.query<{ owner: string }>(
      `INSERT INTO idempotency (scope, fingerprint, owner, lease_until, expires_at)
       SELECT decode(scope, 'hex'), decode(fingerprint, 'hex'), owner, "leaseUntil", "expiresAt"
       FROM json_to_recordset($1::json)
         AS given (scope text, fingerprint text, owner text, "leaseUntil" timestamptz, "expiresAt" timestamptz)
       ON CONFLICT (scope) DO NOTHING RETURNING owner`,
      [JSON.stringify(given)],
    );
    const owners = new Set(inserted.map(({ owner }) => owner));
    return rows.map(({ owner }) => owners.has(owner));
  }

  async read(scope: Buffer): Promise<IdempotencyRow | undefined> {
    const [row] = await this.database.query<IdempotencyRow>(
      `SELECT fingerprint, owner, lease_until AS "leaseUntil", expires_at AS "expiresAt", status, headers, sealed,
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

  /** Keeps the answer, one with a secret until `secretUntil`. */
  async finish(
    scope: Buffer,
    owner: string,
    fingerprint: Buffer,
    answer: Answer<Buffer>,
    secretUntil: Instant,
  ): Promise<void> {
    const { status, headers, body, secret } = answer;
    await this.ends.add({
      scope,
      owner,
      fingerprint,
      status,
      headers,
      sealed: await this.secretBox.seal(body, answerContext(scope)),
      secretUntil: secret ? secretUntil : null,
    });
  }

  private async keepAll(rows: readonly Kept[]): Promise<readonly void[]> {
    const given = rows.map((row) => ({
      ...row,
      scope: hex(row.scope),
      fingerprint: hex(row.fingerprint),
    }));
    await this.database.execute(
      `UPDATE idempotency AS kept
       SET fingerprint = decode(given.fingerprint, 'hex'), status = given.status, headers = given.headers,
         sealed = given.sealed, secret_until = given."secretUntil"
       FROM json_to_recordset($1::json)
         AS given (scope text, owner text, fingerprint text, status integer, headers jsonb, sealed text,
           "secretUntil" timestamptz)
       WHERE kept.scope = decode(given.scope, 'hex') AND kept.owner = given.owner`,
      [JSON.stringify(given)],
    );
    return rows.map(() => undefined);
  }

  /** The answer as it was given. @returns undefined for one whose secret is no longer kept. */
  async answerOf(scope: Buffer, row: IdempotencyRow, now: Instant): Promise<Answer<Buffer> | undefined> {
    const whole = { status: row.status!, headers: row.headers ?? {}, secret: row.secretUntil !== null };
    if (row.sealed === null || (row.secretUntil !== null && row.secretUntil <= now)) return undefined;
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

  /**
   * Forgets the bodies of all answers that name one of these: their repeats hear that the answer is no longer kept. Opens every answer that
   * is kept, a page of rows at a time; these are a day's at most.
   */
  async forgetNaming(names: readonly string[]): Promise<void> {
    const wanted = names.map((name) => Buffer.from(name));
    await walkTable<{ readonly scope: string; readonly sealed: string }>(
      this.database,
      'idempotency',
      `encode(scope, 'hex') AS scope, sealed`,
      'sealed IS NOT NULL',
      [],
      async (rows) => {
        const naming: string[] = [];
        for (const { scope, sealed } of rows) {
          const body = Buffer.from(
            await this.secretBox.open(sealed, answerContext(Buffer.from(scope, 'hex'))),
          );
          if (wanted.some((name) => body.includes(name))) naming.push(scope);
        }
        if (naming.length > 0)
          await this.database.execute(
            `UPDATE idempotency SET sealed = NULL
             WHERE scope IN (SELECT decode(scope, 'hex') FROM unnest($1::text[]) AS gone (scope))`,
            [naming],
          );
      },
    );
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
