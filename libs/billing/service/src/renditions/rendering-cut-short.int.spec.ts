import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startOfDay } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type EventStore, type StreamAppend } from '@smartkey/event-store';
import { UnavailableError } from '@smartkey/lifecycle';
import type { ServiceDefinition } from '@smartkey/runtime';
import { until } from '@smartkey/testing';
import { billingService } from '../billing.definition.ts';
import { BillingWorld, ISSUER } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import type { FileProgressView } from './file-view.ts';

const CONTRACTS = ['a', 'b', 'c'].map(ctr);
let server: DatabaseServer;
let world: BillingWorld;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterAll(async () => {
  await world.dispose();
  await server.close();
});

/**
 * What the log is asked to append of documents' files breaks: before it is there, then after it is there, then not any more; of statements the
 * first one before it is there.
 */
function breaking(definition: ServiceDefinition): ServiceDefinition {
  let appends = 0;
  let statementBroke = false;
  const append =
    (store: EventStore) =>
    async (given: StreamAppend): ReturnType<EventStore['append']> => {
      if (!given.stream.startsWith('rendition-')) return store.append(given);
      if (given.events.some(({ type }) => type === 'StatementMade') && !statementBroke) {
        statementBroke = true;
        throw new UnavailableError('cut off between the rows and the append');
      }
      appends += 1;
      if (appends === 1) throw new UnavailableError('cut off before the append');
      const appended = await store.append(given);
      if (appends === 3) throw new UnavailableError('cut off before the answer');
      return appended;
    };
  return {
    ...definition,
    assemble: (parts) => {
      const store = new Proxy(parts.store, {
        get: (target, name) => {
          if (name === 'append') return append(target);
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      return definition.assemble({ ...parts, store });
    },
  };
}

it('rendering that is cut short between bytes and event, and between event and answer, goes on: each file is there once', async () => {
  world = await BillingWorld.make(server, startOfDay('2024-02-01'), {
    ...ISSUER,
    SMARTKEY_RENDERING: 'background',
  });
  for (const contract of CONTRACTS) {
    world.logs.accepted(contract, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
    world.logs.registered(contract, `rid_${contract}`, '2024-01-01');
  }
  world.logs.promise(startOfDay('2024-02-01'));
  await world.start(breaking(billingService));
  const { id } = await world.close('2024-01');
  const progress = async () =>
    (await world.get<{ files: readonly FileProgressView[] }>(`/billing/runs/${id}`)).files;
  await until(async () =>
    (await progress()).every(({ total, rendered, refused }) => rendered + refused === total),
  );
  expect(await progress()).toEqual([
    { kind: 'pdf', total: 3, rendered: 3, refused: 0 },
    { kind: 'jp-pint', total: 3, rendered: 0, refused: 3 },
    { kind: 'statement', total: 3, rendered: 3, refused: 0 },
  ]);
  const store = await createEventStore(await world.environment.server.database('billing'), world.clock);
  for (let n = 1; n <= 3; n += 1) {
    const events = await store.readStream(`rendition-SK-00000000${n}`);
    expect(events.map(({ type }) => type)).toEqual(['DocumentRendered', 'StatementMade']);
  }
  // A day later rows that no event names are taken away, and no others, whatever a process that was killed has left to be looked at.
  const database = await world.environment.server.database('billing');
  const named: string[] = [];
  for (let n = 1; n <= 3; n += 1) {
    const events = await store.readStream(`rendition-SK-00000000${n}`);
    named.push((events[1]!.data as { statement: string }).statement);
  }
  const stored = async () =>
    (await database.query<{ statement: string }>('select distinct statement from statement_part')).map(
      ({ statement }) => statement,
    );
  const underWay = () => database.query<{ number: string }>('select number from statement_under_way');
  expect(await stored()).toHaveLength(4);
  // The one that was cut off before its event, and the one after it.
  expect(await underWay()).toHaveLength(2);
  await database.execute("update statement_under_way set begun_at = begun_at - interval '25 hours'");
  await world.stopService();
  await world.start();
  await until(async () => (await underWay()).length === 0);
  expect((await stored()).sort()).toEqual(named.sort());
});
