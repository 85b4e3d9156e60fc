import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database, DatabaseServer } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import type { ServiceDefinition } from '@smartkey/runtime';
import { setTimeout as pause } from 'node:timers/promises';
import { until, untilSeen } from '@smartkey/testing';
import { billingService } from '../billing.definition.ts';
import { BillingWorld, type Run } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';

const A = ctr('a');
const MONTH_END = '2018-02-01T00:00:00.000Z';
let server: DatabaseServer;
let world: BillingWorld;

/** Billing whose database refuses a statement, as if the process had died before it. */
function dyingAt(statement: RegExp): ServiceDefinition {
  const refuse = (text: string, parameters: readonly unknown[] = []): void => {
    const shown = JSON.stringify(parameters, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    if (statement.test(`${text} ${shown}`)) throw new Error('the process died');
  };
  return {
    ...billingService,
    assemble: (parts) => {
      const database = Object.create(parts.database) as Database;
      const dead: Partial<Database> = {
        query: (text, parameters) => parts.database.query(text, parameters),
        execute: async (text, parameters) => (
          refuse(text, parameters),
          parts.database.execute(text, parameters)
        ),
        transaction: (work, options) =>
          parts.database.transaction(
            (tx) =>
              work({
                transaction: true,
                query: (text, parameters) => tx.query(text, parameters),
                execute: async (text, parameters) => (refuse(text, parameters), tx.execute(text, parameters)),
                script: (text) => tx.script(text),
                afterCommit: (listener) => tx.afterCommit(listener),
              }),
            options,
          ),
        exclusively: (lock, work, options) => parts.database.exclusively(lock, work, options),
      };
      return billingService.assemble({
        ...parts,
        projection: parts.projection,
        database: Object.assign(database, dead),
      });
    },
  };
}

async function begin(definition?: ServiceDefinition): Promise<void> {
  world = await BillingWorld.make(server, MONTH_END);
  world.logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
  world.logs.accepted(ctr('b'), '2018-01-01', 'enterprise', '2018-01-01');
  await world.start(definition);
}
const runs = async (): Promise<readonly Run[]> => (await world.get<{ items: Run[] }>('/billing/runs')).items;
/** Of the service, as another instance of it sees it. */
const database = (): Promise<Database> => world.environment.server.database('billing');
const finishedRun = async (): Promise<Run> =>
  (await untilSeen(runs, ([latest]) => latest?.state === 'partial'))[0]!;

describe.each(['pglite', 'postgres'] as const)('on %s', (kind) => {
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ server, stop } = await openServer(kind));
  });
  afterEach(() => world.dispose());
  afterAll(() => stop());

  describe('Invoices: a close that is known to the log goes on', () => {
    it('after a death between its event and its row, by itself, as of the instant of the request', async () => {
      await begin(dyingAt(/insert into close_run /));
      expect((await world.call('POST', '/billing/months/2018-01/close')).status).toBe(500);
      expect(await runs()).toEqual([]);
      await world.stopService();
      world.logs.promise(MONTH_END);
      await world.start();
      expect(await finishedRun()).toMatchObject({
        requestedAt: MONTH_END,
        contracts: { total: 2, issued: 1, parked: 1 },
      });
    });

    it('while another instance lives: it need not be started again', async () => {
      await begin(dyingAt(/insert into close_run /));
      const other = await world.another();
      expect((await world.call('POST', '/billing/months/2018-01/close')).status).toBe(500);
      world.logs.promise(MONTH_END);
      await finishedRun();
      await other.stopService();
    });

    it('after a death between its last event and its row it says what the event says, and closes nothing again', async () => {
      await begin(dyingAt(/update close_run.*"(completed|partial)"/s));
      world.logs.promise(MONTH_END);
      const runId = await world.requestClose('2018-01');
      const store = await createEventStore(await database(), world.clock);
      await until(async () => (await store.readStream('close-2018-01')).length >= 2);
      await world.stopService();
      // What stood in the way is put right, but the run has ended: another is to take it up.
      world.logs.quoted(ctr('b'), '2018-02-01', enterpriseQuote('2018-01', { id: 'quo_late' }));
      await world.start();
      await world.caughtUp();
      expect(await world.finished(runId)).toMatchObject({
        state: 'partial',
        contracts: { total: 2, issued: 1, nothingDue: 0, parked: 1 },
      });
      expect(await world.parkedBy(runId)).toMatchObject([{ contract: ctr('b') }]);
      expect((await world.get<{ items: object[] }>('/invoices')).items).toHaveLength(1);
    });
  });

  it('sandbox: settling answers when the close has ended, also where another instance is at it', async () => {
    await begin();
    world.logs.promise(MONTH_END);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let held: () => void = () => undefined;
    const holding = new Promise<void>((resolve) => (held = resolve));
    const another = (await database()).exclusively('billing:close', async () => {
      held();
      await released;
    });
    await holding;
    const runId = await world.requestClose('2018-01');
    let answered: number | undefined;
    const settled = world.settle(MONTH_END).then((status) => (answered = status));
    await pause(1_500);
    expect(answered).toBeUndefined();
    release();
    expect(await settled).toBe(200);
    expect(await world.get(`/billing/runs/${runId}`)).toMatchObject({
      state: 'partial',
      contracts: { issued: 1 },
    });
    await another;
  });

  it('the parked contracts of a run are paged, and refused for an unknown run', async () => {
    await begin();
    for (const name of ['c', 'd', 'e'])
      world.logs.accepted(ctr(name), '2018-01-01', 'enterprise', '2018-01-01');
    world.logs.promise(MONTH_END);
    const run = await world.close('2018-01');
    expect(run.contracts).toMatchObject({ issued: 1, parked: 4 });
    expect((await world.parkedBy(run.id, 3)).map(({ contract }) => contract)).toEqual(
      ['b', 'c', 'd', 'e'].map(ctr),
    );
    expect((await world.call('GET', '/billing/runs/run_00000000000000000000000000/parked')).status).toBe(404);
  });
});
