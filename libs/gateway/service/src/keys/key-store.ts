import type { Database, Transaction } from '@smartkey/database';
import { newId } from '@smartkey/identity';
import { actorId, type Actor, type ContractId, type Instant, type KeyId } from '@smartkey/kernel';
import { ProblemException, type PublicRole } from '@smartkey/http';
import { Batcher } from '@smartkey/lifecycle';
import type { SecretBox } from '@smartkey/secrets';
import { BOOTSTRAP } from '../identification/first-operator.ts';
import { makeBearer, matchesHash, prefixOfBearer } from './bearer-text.ts';

/** What a key may stand for: a newcomer's session is none. */
export type KeyRole = Exclude<PublicRole, 'newcomer' | 'end-user'>;

/** A key as lists show it: never the key itself. */
export interface KeyRecord {
  readonly id: KeyId;
  readonly role: KeyRole;
  readonly contract: ContractId | null;
  readonly name: string | null;
  /** The beginning of the key, to tell one from another. */
  readonly prefix: string;
  readonly createdAt: Instant;
  /** Id of the key that made it, or of the person. */
  readonly createdBy: string;
  /** No later than that of the key that made it. */
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
}

export interface NewKey {
  readonly role: KeyRole;
  readonly contract?: ContractId;
  readonly name?: string;
  readonly expiresAt?: Instant;
}

/** For so long a command that comes again may be given a secret again; its first answer was never kept. */
const REISSUE_MILLIS = 10 * 60_000;

/** What a key's name is bound to: it may name a person. */
export const keyNameContext = (id: string): string => `gateway key name ${id}`;

/** A row as it lies in the table. */
type SealedRecord = Omit<KeyRecord, 'name'> & { readonly sealedName: string | null };

const COLUMNS = `id, role, contract, sealed_name AS "sealedName", prefix, created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", revoked_by AS "revokedBy"`;

const MAKER_REVOKED = new ProblemException(409, 'maker-revoked', 'Who asks for this was shut out meanwhile.');

/** Between two looks for keys that come from addresses which send many unknown ones, in milliseconds. */
const SLOW_MILLIS = 100;
/** No key has it: an unknown prefix costs what a known one costs. */
const NO_HASH = new Uint8Array(32);

/** What a key is checked against. */
interface StoredKey {
  readonly id: string;
  readonly prefix: string;
  readonly role: KeyRole;
  readonly contract: ContractId | null;
  readonly hash: Uint8Array;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
}

export class KeyStore {
  private readonly lookUps = new Batcher<string, StoredKey | undefined>((prefixes) =>
    this.lookUpAll(prefixes),
  );
  private readonly slowLookUps = new Batcher<string, StoredKey | undefined>(
    (prefixes) => this.lookUpAll(prefixes),
    { pauseMillis: SLOW_MILLIS },
  );

  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {}

  /**
   * The holder of a key that is neither revoked nor expired. Asked anew for each request: a revocation holds at once.
   * @param suspect asked for by an address that sends many unknown keys: such are looked up together and now and then.
   */
  async identify(key: string, now: Instant, suspect = false): Promise<Actor | undefined> {
    const prefix = prefixOfBearer('smk', key);
    if (prefix === undefined) return undefined;
    const row = await (suspect ? this.slowLookUps : this.lookUps).add(prefix);
    if (!matchesHash(key, row?.hash ?? NO_HASH) || row === undefined) return undefined;
    if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now)) return undefined;
    return {
      role: row.role,
      key: row.id,
      ...(row.contract !== null && { contract: row.contract }),
    };
  }

  private async lookUpAll(prefixes: readonly string[]): Promise<readonly (StoredKey | undefined)[]> {
    const rows = await this.database.query<StoredKey>(
      `SELECT id, prefix, role, contract, hash, expires_at, revoked_at FROM keys WHERE prefix = ANY ($1::text[])`,
      [[...new Set(prefixes)]],
    );
    const byPrefix = new Map(rows.map((row) => [row.prefix, row]));
    return prefixes.map((prefix) => byPrefix.get(prefix));
  }

  /**
   * Makes a key, which ends no later than the key that makes it. The same command again, its first answer being lost, gets a
   * new secret for the same key within ten minutes.
   * @returns undefined where the same command made it longer ago.
   * @throws ProblemException 409 where its maker has been revoked meanwhile.
   */
  async create(
    wanted: NewKey,
    command: { readonly commandId: string; readonly actor: Actor },
    now: Instant,
    systemMillis = Date.now(),
  ): Promise<(KeyRecord & { readonly key: string }) | undefined> {
    const made = makeBearer('smk');
    const id = newId('key', now, command.commandId);
    // Sealing and opening may ask the database, which a transaction would wait for.
    const sealedName =
      wanted.name === undefined
        ? null
        : await this.secretBox.seal(Buffer.from(wanted.name), keyNameContext(id));
    const record = await this.database.transaction(async (tx) => {
      // Waits for a revocation under way, and holds the next one off.
      await tx.execute('LOCK TABLE keys IN ROW EXCLUSIVE MODE');
      const makersEnd = await endOfMaker(tx, command.actor);
      const [row] = await tx.query<SealedRecord>(
        `INSERT INTO keys (id, prefix, hash, role, contract, sealed_name, created_at, created_by, expires_at, command_id, issued_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, least($9::timestamptz, $10::timestamptz), $11, $12)
         ON CONFLICT (command_id) DO UPDATE
           SET prefix = excluded.prefix, hash = excluded.hash
           WHERE keys.issued_at > $13 AND keys.revoked_at IS NULL
         RETURNING ${COLUMNS}`,
        [
          id,
          made.prefix,
          made.hash,
          wanted.role,
          wanted.contract ?? null,
          sealedName,
          now,
          actorId(command.actor),
          wanted.expiresAt ?? null,
          makersEnd,
          command.commandId,
          new Date(systemMillis).toISOString(),
          new Date(systemMillis - REISSUE_MILLIS).toISOString(),
        ],
      );
      return row;
    });
    return record && { ...(await this.opened(record)), key: made.text };
  }

  async find(id: string): Promise<KeyRecord | undefined> {
    const [row] = await this.database.query<SealedRecord>(`SELECT ${COLUMNS} FROM keys WHERE id = $1`, [id]);
    return row && this.opened(row);
  }

  /** In the order in which they were made; of one contract, or of none in particular. */
  async list(options: {
    readonly contract?: ContractId | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<KeyRecord[]> {
    const rows = await this.database.query<SealedRecord>(
      `SELECT ${COLUMNS} FROM keys
       WHERE ($1::text IS NULL OR contract = $1) AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [options.contract ?? null, options.after ?? null, options.limit],
    );
    return Promise.all(rows.map((row) => this.opened(row)));
  }

  private async opened({ sealedName, ...row }: SealedRecord): Promise<KeyRecord> {
    if (sealedName === null) return { ...row, name: null };
    const name = await this.secretBox.open(sealedName, keyNameContext(row.id));
    return { ...row, name: Buffer.from(name).toString('utf8') };
  }

  /**
   * Revokes a key with all that were made by it, and by those; what is revoked already stays as it is. No key is made
   * meanwhile: it is there before and revoked too, or it finds its maker revoked.
   */
  async revoke(id: string, actor: Actor, now: Instant): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute('LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE');
      await tx.execute(
        `WITH RECURSIVE descent (id) AS (
           VALUES ($1::text)
           UNION
           SELECT made.id FROM keys AS made JOIN descent ON made.created_by = descent.id
         )
         UPDATE keys SET revoked_at = $2, revoked_by = $3
         WHERE revoked_at IS NULL AND id IN (SELECT id FROM descent)`,
        [id, now, actorId(actor)],
      );
    });
  }
}

/**
 * When the key that makes another ends: null for one that does not, and for the first operator key, which is no row. What a person
 * made outlives the session; who leaves gets a list of it.
 */
async function endOfMaker(tx: Transaction, { key, person }: Actor): Promise<Instant | null> {
  if (person !== undefined) {
    const [maker] = await tx.query<{ status: string }>('SELECT status FROM people WHERE id = $1 FOR SHARE', [
      person.id,
    ]);
    if (maker?.status !== 'active') throw MAKER_REVOKED;
    return null;
  }
  if (key === BOOTSTRAP) return null;
  const [maker] = await tx.query<{ expiresAt: Instant | null }>(
    'SELECT expires_at AS "expiresAt" FROM keys WHERE id = $1 AND revoked_at IS NULL',
    [key],
  );
  if (maker === undefined) throw MAKER_REVOKED;
  return maker.expiresAt;
}
