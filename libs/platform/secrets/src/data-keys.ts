import { randomBytes } from 'node:crypto';
import type { Database } from '@smartkey/database';
import { KEY_BYTES } from './sealed-text.ts';
import { UnknownKeyError, type DataKey, type KeyEncryption } from './secrets.port.ts';

/** Unwrapped keys are forgotten after this: a revoked KEK or another instance's rotation is felt by then. */
export const KEY_CACHE_MILLIS = 5 * 60_000;

interface Ring {
  readonly current: string;
  readonly keys: ReadonlyMap<string, DataKey>;
  readonly until: number;
}

export interface DataKeyRow {
  readonly version: number;
  readonly wrapped: string;
  readonly created_at: string;
}

/** A data key as sealed values name it: `d1`. */
export const dataKeyId = (version: number): string => `d${version}`;

/**
 * The data keys of one service: versions in a table, wrapped by the key-encryption key. The highest version seals, all of
 * them open. They are few, so that they are unwrapped together.
 */
export class DataKeys {
  #ring: Ring | undefined;
  #loading: Promise<Ring> | undefined;

  /** @param now milliseconds of the system's clock: how long a key may stay in memory is no business time. */
  constructor(
    readonly database: Database,
    private readonly kek: KeyEncryption,
    private readonly service: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** The key that new values are sealed with; the first is made at first use. */
  async current(): Promise<{ readonly id: string; readonly key: DataKey }> {
    const { current, keys } = await this.#fresh();
    return { id: current, key: keys.get(current)! };
  }

  /** @throws UnknownKeyError where no version has this id. */
  async byId(id: string): Promise<DataKey> {
    // Another instance may have rotated since this one looked.
    const key = (await this.#fresh()).keys.get(id) ?? (await this.reload()).keys.get(id);
    if (key === undefined) throw new UnknownKeyError(id);
    return key;
  }

  /**
   * Makes the version after the one that this instance knows: of instances that rotate at once, one does. Others seal with
   * it within 5 minutes, and open it at once.
   */
  async rotate(): Promise<string> {
    const { current } = await this.#fresh();
    await this.#insert(Number(current.slice(1)) + 1);
    return (await this.reload()).current;
  }

  /** Wraps every version again that an older key-encryption key wraps. @returns how many. */
  async rewrap(): Promise<number> {
    let rewrapped = 0;
    for (const { version, wrapped } of await this.rows()) {
      if (this.kek.versionOf(wrapped) === this.kek.currentVersion) continue;
      const key = await this.kek.unwrap(wrapped, this.#context(version));
      rewrapped += await this.database.execute(
        'UPDATE data_keys SET wrapped = $3 WHERE version = $1 AND wrapped = $2',
        [version, wrapped, await this.kek.wrap(key, this.#context(version))],
      );
    }
    return rewrapped;
  }

  /** All versions, oldest first, as the table holds them. */
  rows(): Promise<DataKeyRow[]> {
    return this.database.query<DataKeyRow>(
      'SELECT version, wrapped, created_at FROM data_keys ORDER BY version',
    );
  }

  /** Reads and unwraps all versions now. */
  reload(): Promise<Ring> {
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #fresh(): Promise<Ring> {
    return this.#ring !== undefined && this.now() < this.#ring.until ? this.#ring : this.reload();
  }

  async #load(): Promise<Ring> {
    const until = this.now() + KEY_CACHE_MILLIS;
    let rows = await this.rows();
    if (rows.length === 0) {
      await this.#insert(1);
      rows = await this.rows();
    }
    const keys = new Map<string, DataKey>();
    for (const { version, wrapped } of rows)
      keys.set(dataKeyId(version), await this.kek.unwrap(wrapped, this.#context(version)));
    return (this.#ring = { current: dataKeyId(rows.at(-1)!.version), keys, until });
  }

  /** Of several instances that make the same version, one wins and all use its key. */
  async #insert(version: number): Promise<void> {
    const wrapped = await this.kek.wrap(randomBytes(KEY_BYTES), this.#context(version));
    await this.database.execute(
      'INSERT INTO data_keys (version, wrapped, created_at) VALUES ($1, $2, $3) ON CONFLICT (version) DO NOTHING',
      [version, wrapped, new Date(this.now()).toISOString()],
    );
  }

  #context(version: number): string {
    return `data-key/${this.service}/${version}`;
  }
}
