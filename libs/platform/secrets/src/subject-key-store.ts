import { randomBytes } from 'node:crypto';
import { pagesBehind } from '@smartkey/lifecycle';
import { BoundedCache } from './bounded-cache.ts';
import { KEY_CACHE_MILLIS, type DataKeys } from './data-keys.ts';
import { KEY_BYTES, keyIdOf, openText, sealText } from './sealed-text.ts';
import {
  SubjectErasedError,
  UnknownKeyError,
  type DataKey,
  type FirstSeals,
  type KeptKey,
  type OpenRequest,
  type SealRequest,
  type SubjectKeys,
} from './secrets.port.ts';

const ERASED = Symbol('erased');
type SubjectKey = DataKey | typeof ERASED;

/** Rows in one statement. */
const BATCH = 1_000;
/** A key in memory is some 200 bytes: 4 MB at most. */
const CACHED_KEYS = 20_000;
/** How sealed texts name their key: it is the subject's own, whatever its wrapping. */
const OWN_KEY = 's';

/** Between the instances of a service: that a subject was erased. */
export interface ErasureNews {
  readonly tell: () => void;
  readonly hear: (listener: () => void) => void;
}

export interface SubjectKeyOptions {
  /** Missing where this is the only instance: what others remember goes by itself after `KEY_CACHE_MILLIS`. */
  readonly news?: ErasureNews | undefined;
}

const keyContext = (subject: string): string => `subject-key/${subject}`;
const textContext = (subject: string): string => `subject-text/${subject}`;

/** Begins the statement by which a caller keeps what `sealFirst` has wrapped, in the database of the service. */
export const KEEP_SUBJECT_KEYS = 'INSERT INTO subject_keys (subject, wrapped)';

const sealedUnder = (key: DataKey, subject: string, texts: readonly string[]): readonly string[] =>
  texts.map((text) => sealText(OWN_KEY, key, Buffer.from(text), textContext(subject)));

/**
 * The subjects' keys in a table, wrapped under the service's data key: 100,000 subjects cost the key-encryption key
 * nothing (docs/decisions/0002-subject-keys.md).
 */
export class SubjectKeyStore implements SubjectKeys {
  readonly #cache: BoundedCache<SubjectKey>;
  readonly #news: ErasureNews | undefined;

  constructor(
    private readonly dataKeys: DataKeys,
    private readonly now: () => number = Date.now,
    { news }: SubjectKeyOptions = {},
  ) {
    this.#news = news;
    this.#cache = new BoundedCache(CACHED_KEYS, KEY_CACHE_MILLIS, now);
    // Which subject it was is not told: all are read again.
    news?.hear(() => this.#cache.clear());
  }

  async seal(subject: string, texts: readonly string[]): Promise<readonly string[]> {
    return (await this.sealMany([{ subject, texts }]))[0]!;
  }

  async open(subject: string, sealed: readonly string[]): Promise<readonly (string | undefined)[]> {
    return (await this.openMany([{ subject, sealed }]))[0]!;
  }

  async sealMany(requests: readonly SealRequest[]): Promise<readonly (readonly string[])[]> {
    const keys = await this.#keysOf(requests.map(({ subject }) => subject));
    await this.#make(keys);
    return requests.map(({ subject, texts }) => {
      const key = keys.get(subject);
      if (key === undefined || key === ERASED) throw new SubjectErasedError();
      return sealedUnder(key, subject, texts);
    });
  }

  async sealFirst(requests: readonly SealRequest[]): Promise<FirstSeals> {
    const keys = new Map<string, DataKey>();
    const wrapped: string[] = [];
    const sealed: (readonly string[])[] = [];
    for (const { subject, texts } of requests) {
      const key = randomBytes(KEY_BYTES);
      keys.set(subject, key);
      wrapped.push(await this.#wrap(subject, key));
      sealed.push(sealedUnder(key, subject, texts));
    }
    return {
      sealed,
      wrapped,
      kept: (subjects) => subjects.forEach((subject) => this.#cache.set(subject, keys.get(subject)!)),
    };
  }

  async openMany(requests: readonly OpenRequest[]): Promise<readonly (readonly (string | undefined)[])[]> {
    const keys = await this.#keysOf(requests.map(({ subject }) => subject));
    return requests.map(({ subject, sealed }) => {
      const key = keys.get(subject);
      if (key === ERASED) return sealed.map(() => undefined);
      if (key === undefined) throw new UnknownKeyError(keyContext(subject));
      return sealed.map((text) => Buffer.from(openText(key, text, textContext(subject))).toString('utf8'));
    });
  }

  async heed(rows: readonly KeptKey[]): Promise<void> {
    for (const row of rows)
      if (row.wrapped === null || this.#cache.get(row.subject) === undefined)
        this.#cache.set(row.subject, await this.#opened(row));
  }

  async erase(subject: string): Promise<void> {
    await this.dataKeys.database.execute(
      `INSERT INTO subject_keys (subject, wrapped, erased_at) VALUES ($1, NULL, $2)
       ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, erased_at = coalesce(subject_keys.erased_at, $2)`,
      [subject, new Date(this.now()).toISOString()],
    );
    this.#cache.set(subject, ERASED);
    this.#news?.tell();
  }

  async forget(prefix: string): Promise<void> {
    const gone = await this.dataKeys.database.query<{ subject: string }>(
      'DELETE FROM subject_keys WHERE starts_with(subject, $1) RETURNING subject',
      [prefix],
    );
    for (const { subject } of gone) this.#cache.delete(subject);
  }

  /** Wraps again, under the current data key, what older ones wrap. Safe while others read and write. @returns how many. */
  async rewrap(): Promise<number> {
    let rewrapped = 0;
    const read = async (after: string, size: number) => {
      const { id } = await this.dataKeys.current();
      return this.dataKeys.database.query<{ subject: string; wrapped: string }>(
        `SELECT subject, wrapped FROM subject_keys
         WHERE subject > $1 AND wrapped IS NOT NULL AND split_part(wrapped, '.', 2) <> $2
         ORDER BY subject LIMIT $3::integer`,
        [after, id, size],
      );
    };
    for await (const rows of pagesBehind({
      size: BATCH,
      from: '',
      read,
      placeOf: ({ subject }) => subject,
    })) {
      const wrapped: string[] = [];
      for (const row of rows) wrapped.push(await this.#wrap(row.subject, await this.#unwrap(row)));
      rewrapped += await this.dataKeys.database.execute(
        `UPDATE subject_keys AS k SET wrapped = n.wrapped
         FROM unnest($1::text[], $2::text[], $3::text[]) AS n (subject, old, wrapped)
         WHERE k.subject = n.subject AND k.wrapped = n.old`,
        [rows.map((row) => row.subject), rows.map((row) => row.wrapped), wrapped],
      );
    }
    return rewrapped;
  }

  /** What is known of these subjects; `undefined` for those without a row. */
  async #keysOf(subjects: readonly string[]): Promise<Map<string, SubjectKey | undefined>> {
    const keys = new Map<string, SubjectKey | undefined>(
      subjects.map((subject) => [subject, this.#cache.get(subject)]),
    );
    await this.#read(keys);
    return keys;
  }

  async #read(keys: Map<string, SubjectKey | undefined>): Promise<void> {
    for (const batch of batches(unknown(keys))) {
      const rows = await this.dataKeys.database.query<KeptKey>(
        'SELECT subject, wrapped FROM subject_keys WHERE subject = ANY($1::text[])',
        [batch],
      );
      for (const row of rows) this.#remember(keys, row.subject, await this.#opened(row));
    }
  }

  /** Makes the missing keys. Where another instance was faster, its key is the one. */
  async #make(keys: Map<string, SubjectKey | undefined>): Promise<void> {
    // Sorted, so that two imports of the same subjects wait for each other instead of deadlocking.
    for (const batch of batches(unknown(keys).sort())) {
      const made = new Map<string, DataKey>();
      const wrapped: string[] = [];
      for (const subject of batch) {
        const key = randomBytes(KEY_BYTES);
        made.set(subject, key);
        wrapped.push(await this.#wrap(subject, key));
      }
      const inserted = await this.dataKeys.database.query<{ subject: string }>(
        `INSERT INTO subject_keys (subject, wrapped) SELECT * FROM unnest($1::text[], $2::text[])
         ON CONFLICT (subject) DO NOTHING RETURNING subject`,
        [batch, wrapped],
      );
      for (const { subject } of inserted) this.#remember(keys, subject, made.get(subject)!);
    }
    await this.#read(keys);
  }

  #remember(keys: Map<string, SubjectKey | undefined>, subject: string, key: SubjectKey): void {
    keys.set(subject, key);
    this.#cache.set(subject, key);
  }

  async #opened({ subject, wrapped }: KeptKey): Promise<SubjectKey> {
    return wrapped === null ? ERASED : this.#unwrap({ subject, wrapped });
  }

  async #wrap(subject: string, key: DataKey): Promise<string> {
    const dataKey = await this.dataKeys.current();
    return sealText(dataKey.id, dataKey.key, key, keyContext(subject));
  }

  async #unwrap({ subject, wrapped }: { subject: string; wrapped: string }): Promise<DataKey> {
    return openText(await this.dataKeys.byId(keyIdOf(wrapped)), wrapped, keyContext(subject));
  }
}

const unknown = (keys: ReadonlyMap<string, SubjectKey | undefined>): string[] =>
  [...keys].flatMap(([subject, key]) => (key === undefined ? [subject] : []));

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}
