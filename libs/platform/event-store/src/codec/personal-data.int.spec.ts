import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import { ok, type Decider, type DomainEvent } from '@smartkey/kernel';
import { KeyRing, openSecrets, type SubjectKeys } from '@smartkey/secrets';
import { TestClock } from '@smartkey/testing';
import { randomBytes } from 'node:crypto';
import {
  CommandHandler,
  createEventStore,
  ERASED,
  EventCodec,
  verifyStream,
  type EventStore,
} from '../index.ts';

type Named = DomainEvent<'Named', { readonly name: string; readonly plan: string }>;

const person: Decider<string | undefined, string, Named> = {
  initial: undefined,
  evolve: (_state, { data }) => data.name,
  decide: (name) => ok([{ type: 'Named', version: 1, data: { name, plan: 'enterprise' } }]),
};

describe('personal data in the log', () => {
  let server: DatabaseServer;
  let database: Database;
  let store: EventStore;
  let keys: SubjectKeys;
  let handler: CommandHandler<string | undefined, string, Named>;

  beforeAll(async () => {
    server = await openPglite(undefined);
    database = await server.database('service');
    const clock = new TestClock();
    store = await createEventStore(database, clock);
    const material = { keyEncryption: new KeyRing([randomBytes(32)]), source: 'the test' };
    ({ subjectKeys: keys } = await openSecrets({ database, service: 'service', material }));
    const codec = new EventCodec<Named>(
      { Named: { personal: { fields: ['name'], subject: (stream) => stream } } },
      keys,
    );
    handler = new CommandHandler({ store, clock, decider: person, codec, category: 'person' });
  });
  afterAll(() => server.close());

  const name = (id: string, text: string) =>
    handler.handle(id, { commandId: `${id} ${text}`, actor: { role: 'operator', key: 'k' } }, () => text);

  it('is plain to the rules and sealed in the table', async () => {
    expect(await name('a', '山田 太郎')).toMatchObject({
      ok: true,
      value: { state: '山田 太郎', events: [{ data: { name: '山田 太郎', plan: 'enterprise' } }] },
    });
    expect((await handler.load('a'))?.state).toBe('山田 太郎');
    const rows = await database.query<{ data: object }>(
      "SELECT data FROM event_log WHERE stream = 'person-a'",
    );
    expect(rows).toEqual([{ data: { name: { sealed: expect.any(String) }, plan: 'enterprise' } }]);
    expect(JSON.stringify(rows)).not.toContain('山田');
  });

  it('is gone when its key is erased: facts and hashes stay, and so do the data of others', async () => {
    await name('b', 'Taro');
    await name('c', 'Hanako');
    await keys.erase('person-b');
    expect((await handler.load('b'))?.events).toMatchObject([{ data: { name: ERASED, plan: 'enterprise' } }]);
    expect((await handler.load('c'))?.state).toBe('Hanako');
    expect(verifyStream(await store.readStream('person-b'))).toBeUndefined();
  });
});
