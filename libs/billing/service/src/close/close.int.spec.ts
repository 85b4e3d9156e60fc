import type { JstDay } from '@smartkey/calendar';
import type { Instant, FeeId, RunId } from '@smartkey/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseServer } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { createEventStore, MOST_APPEND_BYTES } from '@smartkey/event-store';
import type { InvoiceMessage } from '@smartkey/messages';
import type { SandboxClock, ServiceDefinition } from '@smartkey/runtime';
import { until, untilSeen } from '@smartkey/testing';
import { billingService } from '../billing.definition.ts';
import { BillingWorld, ISSUER } from '../testing/billing-world.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';
import { ctr, enterpriseQuote, providerQuote, type Logs } from '../testing/logs.fixture.ts';

const [A, B, C] = [ctr('a'), ctr('b'), ctr('c')];
let server: DatabaseServer;
let world: BillingWorld;
let logs: Logs;

async function begin(
  clock: Instant,
  definition?: ServiceDefinition,
  variables = ISSUER as Record<string, string>,
): Promise<void> {
  world = await BillingWorld.make(server, clock, variables);
  logs = world.logs;
  await world.start(definition);
}
const invoices = async (query = ''): Promise<readonly InvoiceMessage[]> =>
  (await world.get<{ items: InvoiceMessage[] }>(`/invoices?limit=200${query}`)).items;
const short = (all: readonly InvoiceMessage[]) =>
  all.map(({ number, contract, month, total }) => [number, contract, month, total]);
/** The store of a world's service, seen from outside. */
const storeOf = async (): Promise<EventStore> =>
  createEventStore(await world.environment.server.database('billing'), world.clock);

const metrics = async (): Promise<string> => (await fetch(`${world.service!.url}/metrics`)).text();
/** Contracts that are parked over all runs. */
const standing = async (): Promise<readonly object[]> =>
  (await world.get<{ items: readonly object[] }>('/billing/parked')).items;
const measured = async (series: string): Promise<number> => {
  const line = (await metrics()).split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
};

/** Where a process dies: at an append to such a stream, or as soon as an append to several streams is made. */
interface Death {
  readonly at?: (stream: string) => boolean;
  readonly behindAppend?: boolean;
  /** The store appends to one stream at a time. */
  readonly oneByOne?: boolean;
}

/** Billing whose log fails at one of its appends, as if the process had died there. */
function dying({ at = () => false, behindAppend = false, oneByOne = false }: Death): {
  definition: ServiceDefinition;
  died: Promise<void>;
} {
  let said: () => void = () => undefined;
  const died = new Promise<void>((resolve) => (said = resolve));
  const die = (): never => {
    said();
    throw new Error('the process died');
  };
  const refuse = (streams: readonly string[]): void => {
    if (streams.some(at)) die();
  };
  const definition: ServiceDefinition = {
    ...billingService,
    assemble: (parts) => {
      const store = Object.create(parts.store) as EventStore;
      const dead: Partial<EventStore> = {
        append: async (append) => (refuse([append.stream]), parts.store.append(append)),
        appendMany: async (appends) => (
          refuse(appends.map(({ stream }) => stream)),
          parts.store.appendMany(appends)
        ),
        appendTogether: async (appends) => {
          refuse(appends.map(({ stream }) => stream));
          const made = await parts.store.appendTogether!(appends);
          return behindAppend ? die() : made;
        },
        readStream: (stream, options) => parts.store.readStream(stream, options),
        readStreams: (streams) => parts.store.readStreams(streams),
        settledPosition: () => parts.store.settledPosition(),
        lastPosition: () => parts.store.lastPosition(),
        findEvent: (id) => parts.store.findEvent(id),
      };
      return billingService.assemble({
        ...parts,
        projection: parts.projection,
        store: Object.assign(store, dead, oneByOne && { appendTogether: undefined }),
      });
    },
  };
  return { definition, died };
}

describe.each(['pglite', 'postgres'] as const)('on %s', (kind) => {
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ server, stop } = await openServer(kind));
  });
  afterEach(() => world.dispose());
  afterAll(() => stop());

  describe('Invoices: closing a month', () => {
    it('parks a contract without governing quote by name with its later months; others go on, and a quote frees it', async () => {
      await begin('2018-03-01T00:00:00.000Z');
      logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
      logs.accepted(B, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-02'));
      logs.accepted(C, '2018-01-01', 'enterprise', undefined, enterpriseQuote('2018-01'));
      logs.promise('2018-03-01T00:00:00.000Z');
      const january = await world.close('2018-01');
      expect(january).toMatchObject({
        state: 'partial',
        contracts: { total: 3, issued: 1, nothingDue: 1, parked: 1 },
      });
      expect(await world.parkedBy(january.id)).toEqual([
        { contract: B, code: 'no-governing-quote', reason: expect.stringContaining('2018-01') },
      ]);
      const february = await world.close('2018-02');
      expect(february.contracts).toMatchObject({ issued: 1, nothingDue: 1, parked: 1 });
      expect(await world.parkedBy(february.id)).toMatchObject([
        {
          contract: B,
          code: 'earlier-month-waits',
          reason: expect.stringMatching(/2018-02 waits for 2018-01/),
        },
      ]);
      // Over all runs it stands once, with what the latest said of it.
      expect(await standing()).toMatchObject([
        { contract: B, code: 'earlier-month-waits', run: february.id, month: '2018-02' },
      ]);
      expect(await measured('smartkey_close_parked_contracts')).toBe(1);
      // An earlier month alone says nothing of the later one, which still waits.
      const again = await world.close('2018-01');
      expect(await standing()).toMatchObject([{ contract: B, run: again.id, month: '2018-01' }]);

      logs.quoted(B, '2018-03-01', enterpriseQuote('2018-01', { id: 'quo_late' }));
      logs.promise('2018-03-01T00:00:00.001Z');
      await until(async () => (await world.close('2018-02')).state !== 'partial');
      // The run that looked at both months is the last word, also on the one of January that had parked it.
      expect(await standing()).toEqual([]);
      expect(await measured('smartkey_close_parked_contracts')).toBe(0);
      expect(short(await invoices())).toEqual([
        ['SK-000000001', A, '2018-01', '10800'],
        ['SK-000000002', A, '2018-02', '10800'],
        ['SK-000000003', B, '2018-01', '10800'],
        ['SK-000000004', B, '2018-02', '10800'],
      ]);
    });

    it('issues documents that are more than one append may be in several, without a gap', async () => {
      await begin('2018-02-01T00:00:00.000Z');
      const contracts = Array.from({ length: 8 }, (_, n) => ctr(`${n}`));
      for (const contract of contracts) {
        logs.accepted(contract, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
        const recipient = { name: '社'.repeat(MOST_APPEND_BYTES / 12) };
        logs.contract.say(`contract-${contract}`, contract, '2018-01-02T00:00:00.000Z', 'ApplicantChanged', {
          recipient,
        });
      }
      logs.promise('2018-02-01T00:00:00.000Z');
      expect(await world.close('2018-01')).toMatchObject({ state: 'completed', contracts: { issued: 8 } });
      expect((await invoices()).map(({ number, contract }) => [number, contract])).toEqual(
        contracts.map((contract, n) => [`SK-00000000${n + 1}`, contract]),
      );
    });

    it('closing twice changes nothing, and shows the same counts', async () => {
      await begin('2018-02-01T00:00:00.000Z');
      logs.accepted(
        A,
        '2018-01-01',
        'enterprise',
        '2018-01-15',
        enterpriseQuote('2018-01', { baseFeeInPartialMonth: 'prorated' }),
      );
      logs.accepted(B, '2018-01-01', 'service-provider', '2018-01-01', providerQuote('2018-01'));
      logs.promise('2018-02-01T00:00:00.000Z');
      const first = await world.close('2018-01');
      const before = await invoices();
      expect(short(before)).toEqual([
        ['SK-000000001', A, '2018-01', '5921'],
        ['SK-000000002', B, '2018-01', '5400'],
      ]);
      const second = await world.close('2018-01');
      expect(second.id).not.toBe(first.id);
      expect(second).toMatchObject({ state: 'completed', contracts: first.contracts });
      expect(await invoices()).toEqual(before);
      const runs = await world.get<{ items: { id: string }[] }>('/billing/runs?month=2018-01');
      expect(runs.items.map(({ id }) => id)).toEqual([second.id, first.id]);
    });

    it('issues what an earlier month owes before the month that is closed, with its fees', async () => {
      await begin('2018-04-01T00:00:00.000Z');
      logs.accepted(A, '2018-01-05', 'enterprise', '2018-02-01', enterpriseQuote('2018-01'));
      logs.fee(A, '2018-01-20', '1000');
      logs.promise('2018-04-01T00:00:00.000Z');
      expect((await world.close('2018-03')).contracts).toMatchObject({ total: 1, issued: 1 });
      const all = await invoices();
      expect(all.map(({ month, lines }) => [month, lines.map(({ item }) => item)])).toEqual([
        ['2018-01', ['initial-fee', 'one-time-fee']],
        ['2018-02', ['base', 'account-usage']],
        ['2018-03', ['base', 'account-usage']],
      ]);
    });

    it('第7条: a fee of an issued month stands on the next document with its own date; a waived one on none', async () => {
      await begin('2019-11-01T00:00:00.000Z');
      logs.accepted(A, '2019-09-01', 'enterprise', '2019-09-01', enterpriseQuote('2019-09'));
      logs.promise('2019-11-01T00:00:00.000Z');
      await world.close('2019-09');
      logs.fee(A, '2019-09-20', '1000');
      logs.fee(A, '2019-10-20', '500');
      const waived = logs.contract.messages.at(-1)!.data as { fee: FeeId };
      logs.contract.say(`contract-${A}`, A, '2019-10-21T00:00:00.000Z', 'FeeWaived', {
        fee: waived.fee,
      });
      logs.promise('2019-11-01T00:00:00.001Z');
      await untilSeen(
        () => world.get<InvoiceMessage>(`/contracts/${A}/invoices/preview?month=2019-10`),
        ({ lines }) => lines.length === 3,
      );
      await world.close('2019-10');
      const [, october] = await invoices();
      expect(october!.lines.at(-1)).toMatchObject({
        item: 'one-time-fee',
        date: '2019-09-20',
        taxCode: 'JP-STD-8-2014',
      });
      expect(october).toMatchObject({ net: '11000', tax: '1080', total: '12080' });
    });

    it('without a registration number months from 2023-10 are parked, earlier ones issued', async () => {
      await begin('2023-11-01T00:00:00.000Z', undefined, {});
      logs.accepted(A, '2023-09-01', 'enterprise', '2023-09-01', enterpriseQuote('2023-09'));
      logs.promise('2023-11-01T00:00:00.000Z');
      const run = await world.close('2023-10');
      expect(await world.parkedBy(run.id)).toMatchObject([{ contract: A, code: 'no-registration-number' }]);
      expect((await invoices()).map(({ month, issuer }) => [month, issuer.registrationNumber])).toEqual([
        ['2023-09', null],
      ]);
      expect((await world.call('GET', `/contracts/${A}/invoices/preview?month=2023-10`)).status).toBe(409);
    });

    it('events that could not be taken in park their own contract only', async () => {
      await begin('2018-02-01T00:00:00.000Z');
      for (const contract of [A, B])
        logs.accepted(contract, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
      logs.registry.say('account-rid_bad', B, '2018-01-02T00:00:00.000Z', 'IdRegistered', {
        account: 'rid_bad',
        spell: 1,
        registeredOn: 'no day' as JstDay,
      });
      logs.promise('2018-02-01T00:00:00.000Z');
      const run = await world.close('2018-01');
      expect(run).toMatchObject({ state: 'partial', contracts: { total: 2, issued: 1 } });
      expect(await world.parkedBy(run.id)).toMatchObject([
        { contract: B, code: 'events-parked', reason: expect.stringContaining('account-rid_bad') },
      ]);
      expect(await world.get(`/contracts/${B}/usage/2018-01`)).toMatchObject({ complete: false });
      expect(await world.get(`/contracts/${A}/usage/2018-01`)).toMatchObject({ complete: true });
    });

    it('shows months by state, contracts left to a person and invoices issued, and no contract by name', async () => {
      await begin('2018-02-01T00:00:00.000Z');
      logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
      logs.accepted(B, '2018-01-01', 'enterprise', '2018-01-01');
      expect(await measured('smartkey_close_months{state="waiting"}')).toBe(0);
      const runId = await world.requestClose('2018-01');
      expect(await measured('smartkey_close_months{state="waiting"}')).toBe(1);
      await (world.clock as SandboxClock).takeOver('2018-02-01T00:10:00.000Z');
      expect(await measured('smartkey_close_oldest_run_seconds')).toBe(600);

      logs.promise('2018-02-01T00:00:00.000Z');
      await world.finished(runId);
      expect(await measured('smartkey_close_months{state="partial"}')).toBe(1);
      expect(await measured('smartkey_close_parked_contracts')).toBe(1);
      expect(await measured('smartkey_close_oldest_run_seconds')).toBe(0);
      expect(await measured('smartkey_invoices_issued_total')).toBe(1);
      expect(await metrics()).not.toContain('ctr_');

      // Put right and closed again: nobody waits, although the former run stays partial.
      logs.quoted(B, '2018-02-01', enterpriseQuote('2018-01'));
      logs.promise('2018-02-01T00:00:00.001Z');
      await until(async () => (await world.close('2018-01')).state !== 'partial');
      expect(await measured('smartkey_close_parked_contracts')).toBe(0);
      expect(await measured('smartkey_close_months{state="completed"}')).toBe(1);
      expect(await measured('smartkey_invoices_issued_total')).toBe(2);
    });

    it('the same command asks for one run, also after it has ended', async () => {
      await begin('2018-02-01T00:00:00.000Z');
      logs.promise('2018-02-01T00:00:00.000Z');
      const close = async () =>
        (
          await world.call<{ runId: RunId }>(
            'POST',
            '/billing/months/2018-01/close',
            undefined,
            undefined,
            world.commandHeaders('command-1'),
          )
        ).body.runId;
      const run = await close();
      expect(await world.finished(run)).toMatchObject({ state: 'completed', contracts: { total: 0 } });
      expect(await close()).toBe(run);
    });
  });

  describe('Invoices: a run that is cut short goes on by itself', () => {
    const twoContracts = () => {
      for (const contract of [A, B])
        logs.accepted(contract, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
      logs.promise('2018-02-01T00:00:00.000Z');
    };

    it.each<[string, Death, number]>([
      ['before the documents are issued', { at: (stream) => stream.startsWith('series-') }, 0],
      ['behind documents and contracts’ own streams, before it hears of it', { behindAppend: true }, 2],
      [
        'between the documents and the contracts’ own streams, where these are two appends',
        { at: (stream) => stream.startsWith('billing-'), oneByOne: true },
        2,
      ],
    ])('%s: issued once each, recorded on both streams', async (_where, death, issuedThen) => {
      const { definition, died } = dying(death);
      await begin('2018-02-01T00:00:00.000Z', definition);
      twoContracts();
      const runId = await world.requestClose('2018-01');
      await died;
      expect(await (await storeOf()).readStream('series-SK')).toHaveLength(issuedThen);
      await world.stopService();

      await world.start();
      expect(await world.finished(runId)).toMatchObject({
        state: 'completed',
        contracts: { total: 2, issued: 2 },
      });
      const store = await storeOf();
      expect(
        (await store.readStream('series-SK')).map(({ data }) => (data as InvoiceMessage).contract),
      ).toEqual([A, B]);
      for (const contract of [A, B])
        expect(await store.readStream(`billing-${contract}`)).toMatchObject([
          { type: 'MonthClosed', data: { month: '2018-01', outcome: 'issued' } },
        ]);
      expect((await store.readStream('close-2018-01')).map(({ type }) => type)).toEqual([
        'CloseRequested',
        'CloseFinished',
      ]);
    });

    it('two instances at the same time: one writer, each contract issued once', async () => {
      await begin('2018-02-01T00:00:00.000Z');
      const other = await world.another();
      twoContracts();
      const runs = await Promise.all([world.requestClose('2018-01'), other.requestClose('2018-01')]);
      for (const run of runs) expect(await world.finished(run)).toMatchObject({ contracts: { issued: 2 } });
      expect((await invoices()).map(({ number }) => number)).toEqual(['SK-000000001', 'SK-000000002']);
      await other.stopService();
    });
  });
});
