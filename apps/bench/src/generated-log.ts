import type { Database } from '@smartkey/database';
import { canonicalEvent, eventHash, type StreamAppend, ZERO_HASH } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, type AccountId, type ContractId, type Instant, type NewEvent } from '@smartkey/kernel';

/** The n-th append of a kind: an ID of its own is registered. */
export const registrationOf = (n: number, kind: string): StreamAppend => ({
  stream: `account-${kind}-${n}`,
  expected: 'no-stream',
  stampedAt: '2018-01-01T00:00:00.000Z',
  events: [
    {
      id: derivedUuid(kind, n),
      type: 'IdRegistered',
      version: 1,
      occurredAt: '2018-01-01T00:00:00.000Z',
      data: { account: `rid_${n}`, contract: 'ctr_0', spell: 1, registeredOn: '2018-01-01' },
      metadata: { commandId: `${kind}-${n}`, actor: systemActor('bench') },
    },
  ],
});

/** Events of an account: it is registered, then suspended and resumed by turns. */
export const EVENTS_OF_ACCOUNT = 10;
/** Accounts that are written at once. */
const ACCOUNTS_AT_ONCE = 500;
/** Positions of one transaction: as the log gives them. */
const POSITIONS_OF_TRANSACTION = 1n << 20n;
const CONTRACT: ContractId = 'ctr_00000000000000000000000000';
const DAY = '2024-01-05';

const AT = [...'0123456789'].map((n): Instant => `2024-01-05T01:02:0${n}.000Z`);

const accountNumber = (n: number): AccountId => `rid_${String(n).padStart(26, '0')}`;

const eventOf = (account: AccountId, revision: number): NewEvent => {
  const of = { account, contract: CONTRACT };
  const type = revision === 0 ? 'IdRegistered' : revision % 2 === 1 ? 'IdSuspended' : 'IdResumed';
  // The texts that stand sealed in a true log are as long here.
  const sealed = { sealed: `v1.1.${'A'.repeat(60)}` };
  return {
    id: derivedUuid('bench', account, revision),
    type,
    version: 1,
    data:
      revision === 0
        ? { ...of, externalId: sealed, spell: 1, registeredOn: DAY }
        : { ...of, ...(type === 'IdSuspended' && { reason: sealed }) },
    metadata: {
      commandId: `bench/${account}/${revision}`,
      actor: systemActor('bench'),
      termsVersion: '2018-01-01',
    },
    occurredAt: AT[revision]!,
  };
};

/** Columns of rows of the log: what an append would have written, with true hashes. */
function rowsOf(first: number, accounts: number, base: bigint): readonly (readonly unknown[])[] {
  const columns: unknown[][] = Array.from({ length: 9 }, () => []);
  let position = base;
  const hashes = new Array<string>(accounts).fill(ZERO_HASH);
  for (let revision = 0; revision < EVENTS_OF_ACCOUNT; revision += 1)
    for (let n = 0; n < accounts; n += 1) {
      const account = accountNumber(first + n);
      const stream = `account-${account}`;
      const event = eventOf(account, revision);
      const canonical = canonicalEvent(stream, event, event.occurredAt!);
      hashes[n] = eventHash(hashes[n]!, canonical, revision);
      const row = [
        String((position += 1n)),
        stream,
        revision,
        event.id,
        event.type,
        canonical.data,
        canonical.metadata,
        event.occurredAt,
        hashes[n],
      ];
      for (const [at, value] of row.entries()) columns[at]!.push(value);
    }
  return columns;
}

/**
 * Writes a log of so many events as appends would have written it, many at once: its keys are made afterwards.
 * @param tell hears how many are there, now and then.
 * @returns the position of the last.
 */
export async function generateLog(
  database: Database,
  events: number,
  tell: (events: number) => void,
): Promise<bigint> {
  await database.script(`
    ALTER TABLE event_log DROP CONSTRAINT event_log_stream_revision, DROP CONSTRAINT event_log_id, DROP CONSTRAINT event_log_pkey`);
  const accounts = Math.ceil(events / EVENTS_OF_ACCOUNT);
  let base = 0n;
  let last = 0n;
  // The next rows are made while those before are written.
  let written: Promise<unknown> = Promise.resolve();
  for (let first = 0; first < accounts; first += ACCOUNTS_AT_ONCE) {
    const count = Math.min(ACCOUNTS_AT_ONCE, accounts - first);
    base += POSITIONS_OF_TRANSACTION;
    const columns = rowsOf(first, count, base);
    await written;
    written = database.execute(
      `INSERT INTO event_log (position, stream, revision, id, type, version, data, metadata, occurred_at, recorded_at, hash)
       SELECT p, s, r, i, t, 1, d, m, o, o, decode(h, 'hex')
       FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::jsonb[], $7::jsonb[], $8::timestamptz[], $9::text[])
         AS told (p, s, r, i, t, d, m, o, h)`,
      columns,
    );
    last = base + BigInt(count * EVENTS_OF_ACCOUNT);
    if (Math.floor((first + count) / 50_000) > Math.floor(first / 50_000))
      tell((first + count) * EVENTS_OF_ACCOUNT);
  }
  await written;
  await database.script(`
    ALTER TABLE event_log ADD CONSTRAINT event_log_pkey PRIMARY KEY (position), ADD CONSTRAINT event_log_stream_revision UNIQUE (stream, revision), ADD CONSTRAINT event_log_id UNIQUE (id);
    UPDATE event_log_state SET base = base + ${last >> 20n} + 1;
    ANALYZE event_log;`);
  return last;
}
