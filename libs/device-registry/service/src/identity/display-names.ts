import type { AccountId } from '@smartkey/kernel';
import { type Database, TableRows } from '@smartkey/database';
import { Batcher } from '@smartkey/lifecycle';
import { openReadable, type SubjectKeys } from '@smartkey/secrets';

interface GivenName {
  readonly event: string;
  readonly account: AccountId;
  readonly displayName: string;
}

export const DISPLAY_NAMES = new TableRows(
  'display_names',
  { event: 'uuid', account: 'text', sealed: 'text' },
  { onConflict: 'skip' },
);

/** The names given with registrations, as lists show them, each sealed under its account's key. The log holds them too. */
export class DisplayNames {
  /** Those of registrations one by one, that wait together. */
  readonly #singles = new Batcher<GivenName, void>(async (names) => {
    await this.put(names);
    return names.map(() => undefined);
  });

  constructor(
    private readonly database: Database,
    private readonly subjectKeys: SubjectKeys,
  ) {}

  /** Written before the registration, under the id of its event: a name without an event is never read. */
  async put(names: readonly GivenName[]): Promise<void> {
    if (names.length === 0) return;
    const sealed = await this.subjectKeys.sealMany(
      names.map(({ account, displayName }) => ({ subject: account, texts: [displayName] })),
    );
    await DISPLAY_NAMES.insert(
      this.database,
      names.map(({ event, account }, place) => ({ event, account, sealed: sealed[place]![0] })),
    );
  }

  /** The same for one. */
  putOne(name: GivenName): Promise<void> {
    return this.#singles.add(name);
  }

  /** Forgets all names of an account whose personal data are erased. */
  async drop(account: AccountId): Promise<void> {
    await this.database.execute('DELETE FROM display_names WHERE account = $1', [account]);
  }

  /** By the id of the registration's event; names that were erased are missing. */
  async of(events: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ event: string; account: AccountId; sealed: string }>(
      'SELECT event::text AS event, account, sealed FROM display_names WHERE event = ANY($1::uuid[])',
      [events],
    );
    const opened = await openReadable(
      this.subjectKeys,
      rows.map(({ account, sealed }) => ({ subject: account, sealed: [sealed] })),
    );
    return new Map(
      rows.flatMap(({ event }, index): [string, string][] => {
        const [name] = opened[index]!;
        return name === undefined ? [] : [[event, name]];
      }),
    );
  }
}
