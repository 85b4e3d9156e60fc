import type { Database } from '@smartkey/database';

/** The names given with registrations, as lists show them. The log holds them too, sealed. */
export class DisplayNames {
  constructor(private readonly database: Database) {}

  /** Written before the registration, under the id of its event: a name without an event is never read. */
  async put(
    names: readonly { readonly event: string; readonly account: string; readonly displayName: string }[],
  ): Promise<void> {
    if (names.length === 0) return;
    await this.database.execute(
      `INSERT INTO display_names (event, account, display_name)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])
       ON CONFLICT (event) DO NOTHING`,
      [
        names.map(({ event }) => event),
        names.map(({ account }) => account),
        names.map(({ displayName }) => displayName),
      ],
    );
  }

  /** By the id of the registration's event. */
  async of(events: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ event: string; name: string }>(
      'SELECT event::text AS event, display_name AS name FROM display_names WHERE event = ANY($1::uuid[])',
      [events],
    );
    return new Map(rows.map(({ event, name }) => [event, name]));
  }
}
