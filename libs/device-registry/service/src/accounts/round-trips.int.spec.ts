import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openPostgres } from '@smartkey/database';
import type { ContractId, Instant } from '@smartkey/kernel';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { Client } from 'pg';
import { World } from '../testing/world.fixture.ts';

/** What is asked for a command and by nothing that goes on behind it. */
const OF_A_COMMAND =
  /identities|subject_keys|display_names|append_events?|append_batch|FROM event_log WHERE (stream|id)|select (id, )?facts from facts/;

describe('round trips to a real PostgreSQL', () => {
  let postgres: PostgresHarness;
  let world: World;
  let contract: ContractId;
  /** Each is one: BEGIN, COMMIT and SET would be too. */
  const sent: string[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await postgres.createDatabase();
    world = await World.open({ server: () => openPostgres(url) });
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    // From here on the contract's facts are at hand.
    await world.register(contract, 'the first');
  });
  afterAll(async () => {
    await world.close();
    await postgres.stop();
  });
  beforeEach(() => {
    sent.length = 0;
    const send = Client.prototype.query as (...asked: unknown[]) => unknown;
    jest.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...asked: unknown[]) {
      const [first] = asked as [string | { readonly text: string }];
      const text = typeof first === 'string' ? first : first.text;
      if (OF_A_COMMAND.test(text)) sent.push(text);
      return send.apply(this, asked) as never;
    } as never);
  });
  afterEach(() => void jest.restoreAllMocks());

  it('a registration: one read, one write for identity, key and name, one append', async () => {
    await world.register(contract, 'counted');
    expect(sent).toHaveLength(3);
  });

  it('a command to an account: whose it is and whether its contract lasts, what has happened, one append', async () => {
    const account = await world.register(contract, 'suspended');
    sent.length = 0;
    await world.call('POST', `/v1/contracts/${contract}/ids/${account}/suspend`, {});
    expect(sent).toHaveLength(3);
  });

  it('external ids of many registrations that wait together are kept together', async () => {
    const now = '2018-01-10T03:00:00.000Z' as Instant;
    const names = Array.from({ length: 32 }, (_, n) => `together-${n % 31}`);
    const reserved = await Promise.all(
      names.map((name) => world.registry.identities.reserveOne(contract, { externalId: name }, now)),
    );
    // The first by itself; then those that waited for it, and who the one is that was there before.
    expect(sent).toHaveLength(1 + 2);
    expect(new Set(reserved.map(({ account }) => account)).size).toBe(31);
    expect(reserved.filter(({ made }) => made)).toHaveLength(31);
    expect(reserved[31]).toMatchObject({ account: reserved[0]!.account, made: false });
  });
});
