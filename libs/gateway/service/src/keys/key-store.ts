import type { Database, Transaction } from '@smartkey/database';
import { newId } from '@smartkey/identity';
import {
  actorId,
  epochMillisOf,
  type Actor,
  type ContractId,
  type Instant,
  type KeyId,
} from '@smartkey/kernel';
import { ProblemException, type PublicRole } from '@smartkey/http';
import { Batcher } from '@smartkey/lifecycle';
import type { SecretBox } from '@smartkey/secrets';
import { BOOTSTRAP } from '../identification/first-operator.ts';
import { type BearerRow, BearerRows } from './bearer-rows.ts';
import { makeBearer } from './bearer-text.ts';
import { mustBeTakenFrom, networksWithin } from './key-networks.ts';

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
  /** From where it is taken; empty: from everywhere. All within those of the key that made it. */
  readonly allowedNetworks: readonly string[];
  /** About when it was last taken, to a minute; null: never, or not since this is known. */
  readonly lastUsedAt: Instant | null;
}

export interface NewKey {
  readonly role: KeyRole;
  readonly contract?: ContractId;
  readonly name?: string;
  readonly expiresAt?: Instant;
  /** Networks of IP addresses; none or empty: those of its maker. */
  readonly allowedNetworks?: readonly string[];
}

/** For so long a command that comes again may be given a secret again; its first answer was never kept. */
const REISSUE_MILLIS = 10 * 60_000;

/** What a key's name is bound to: it may name a person. */
export const keyNameContext = (id: string): string => `gateway key name ${id}`;

/** A row as it lies in the table. */
type SealedRecord = Omit<KeyRecord, 'name'> & { readonly sealedName: string | null };

const COLUMNS = `id, role, contract, sealed_name AS "sealedName", prefix, created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", revoked_by AS "revokedBy",
  allowed_networks AS "allowedNetworks", last_used_at AS "lastUsedAt"`;

const MAKER_REVOKED = new ProblemException(409, 'maker-revoked', 'Who asks for this was shut out meanwhile.');

/** The use of a key is written no more often than that, in milliseconds. */
const USE_MILLIS = 60_000;

/** What a key is checked against. */
interface StoredKey extends BearerRow {
  readonly id: string;
  readonly role: KeyRole;
  readonly contract: ContractId | null;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
  readonly allowed_networks: readonly string[];
  readonly last_used_at: Instant | null;
}

export class KeyStore {
  private readonly rows = new BearerRows<StoredKey>('smk', (prefixes) => this.withPrefixes(prefixes));
  /** Together, so that a key that is used a thousand times a second is written once. */
  private readonly uses = new Batcher<{ readonly id: string; readonly at: Instant }, void>((used) =>
    this.write(used),
  );

  constructor(
    private readonly database: Database,
    private readonly secretBox: SecretBox,
    /** Hears why the use of a key could not be written. */
    private readonly tell: (error: unknown) => void,
  ) {}

  /**
   * The holder of a key that is neither revoked nor expired. Asked anew for each request: a revocation holds at once.
   * @param address from where it is shown.
   * @throws ProblemException 403 from outside of its networks.
   * @param suspect asked for by an address that sends many unknown keys.
   */
  async identify(key: string, now: Instant, address: string, suspect = false): Promise<Actor | undefined> {
    const row = await this.rows.find(key, suspect);
    if (row === undefined) return undefined;
    if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now)) return undefined;
    mustBeTakenFrom(row.allowed_networks, address);
    this.use(row, now);
    return {
      role: row.role,
      key: row.id,
      ...(row.contract !== null && { contract: row.contract }),
    };
  }

  /** Not awaited: the request goes on, and a failure to write is reported. */
  private use({ id, last_used_at: before }: StoredKey, now: Instant): void {
    if (before !== null && epochMillisOf(now) - epochMillisOf(before) < USE_MILLIS) return;
    this.uses.add({ id, at: now }).catch((error: unknown) => this.tell(error));
  }

  private async write(
    used: readonly { readonly id: string; readonly at: Instant }[],
  ): Promise<readonly void[]> {
    const uses = new Map(used.map(({ id, at }) => [id, at]));
    await this.database.execute(
      `UPDATE keys SET last_used_at = u.at FROM unnest($1::text[], $2::timestamptz[]) AS u (id, at)
       WHERE keys.id = u.id AND (keys.last_used_at IS NULL OR keys.last_used_at <= u.at - interval '1 minute')`,
      [[...uses.keys()], [...uses.values()]],
    );
    return used.map(() => undefined);
  }

  private withPrefixes(prefixes: readonly string[]): Promise<readonly StoredKey[]> {
    return this.database.query<StoredKey>(
      `SELECT id, prefix, role, contract, hash, expires_at, revoked_at, allowed_networks, last_used_at
       FROM keys WHERE prefix = ANY ($1::text[])`,
      [prefixes],
    );
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
      const maker = await makerOf(tx, command.actor);
      const networks = networksWithin(maker.networks, wanted.allowedNetworks ?? []);
      const [row] = await tx.query<SealedRecord>(
        `INSERT INTO keys (id, prefix, hash, role, contract, sealed_name, created_at, created_by, expires_at, command_id, issued_at, allowed_networks)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, least($9::timestamptz, $10::timestamptz), $11, $12, $14)
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
          maker.expiresAt,
          command.commandId,
          new Date(systemMillis).toISOString(),
          new Date(systemMillis - REISSUE_MILLIS).toISOString(),
          networks,
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

interface Maker {
  readonly expiresAt: Instant | null;
  readonly networks: readonly string[];
}

const UNBOUND: Maker = { expiresAt: null, networks: [] };

/**
 * When the key that makes another ends, and from where it is taken: without end and from everywhere the first operator key, which is no row. What a person
 * made outlives the session; who leaves gets a list of it.
 */
async function makerOf(tx: Transaction, { key, person }: Actor): Promise<Maker> {
  if (person !== undefined) {
    const [maker] = await tx.query<{ status: string }>('SELECT status FROM people WHERE id = $1 FOR SHARE', [
      person.id,
    ]);
    if (maker?.status !== 'active') throw MAKER_REVOKED;
    return UNBOUND;
  }
  if (key === BOOTSTRAP) return UNBOUND;
  const [maker] = await tx.query<Maker>(
    'SELECT expires_at AS "expiresAt", allowed_networks AS networks FROM keys WHERE id = $1 AND revoked_at IS NULL',
    [key],
  );
  if (maker === undefined) throw MAKER_REVOKED;
  return maker;
}
