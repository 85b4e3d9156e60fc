import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  billingMonths,
  billingStreamOf,
  CURRENT_RULES,
  DEFAULT_POLICIES,
  draftInvoice,
  nothingInSeries,
  seriesStreamOf,
  type InvoiceDraft,
} from '@smartkey/billing-domain';
import { spanOfMonth, type ServiceMonth } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type EventStore } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { systemActor, type Clock, type ContractId } from '@smartkey/kernel';
import { DerivedSharedSeal } from '@smartkey/secrets';
import type { Rated } from '../rating/rate-contracts.ts';
import { enterpriseQuote } from '../testing/logs.fixture.ts';
import { CloseMetrics } from './close.metrics.ts';
import type { Closing } from './month-closings.ts';
import { SeriesWriter } from './series-writer.ts';

const clock: Clock = { now: () => '2018-03-01T00:00:00.000Z' };
const policy = DEFAULT_POLICIES[0];
let server: DatabaseServer;
let stores = 0;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterAll(() => server.close());

function draft(contract: ContractId, month: ServiceMonth): InvoiceDraft {
  const drafted = draftInvoice(
    {
      contract,
      month,
      window: spanOfMonth(month),
      plan: 'enterprise',
      quote: enterpriseQuote('2018-01'),
      usedDays: [],
      successes: 0,
      fees: [],
      recipient: { name: '株式会社例示' },
      issuer: { name: '株式会社見本', registrationNumber: null },
    },
    policy,
    CURRENT_RULES,
  );
  if (drafted.outcome !== 'draft') throw new Error(drafted.outcome);
  return drafted.draft;
}
const rated = (contract: ContractId, month: ServiceMonth, after: number): Rated => ({
  draft: draft(contract, month),
  inputsHash: 'ab',
  paymentTerm: policy.paymentTerm,
  after,
});

/** A writer, and what somebody else puts into the series before its next append. */
async function writerWith(between: (store: EventStore) => Promise<void>, together = true) {
  const database = await server.database(`writer_${(stores += 1)}`);
  const store = await createEventStore(database, clock);
  let pending: typeof between | undefined = between;
  const othersFirst = async (): Promise<void> => {
    const first = pending;
    pending = undefined;
    await first?.(store);
  };
  const overtaken: EventStore = Object.assign(Object.create(store) as EventStore, {
    append: async (append: Parameters<EventStore['append']>[0]) => {
      await othersFirst();
      return store.append(append);
    },
    appendMany: store.appendMany.bind(store),
    appendTogether: together
      ? async (appends: Parameters<typeof store.appendTogether>[0]) => {
          await othersFirst();
          return store.appendTogether(appends);
        }
      : undefined,
    readStream: store.readStream.bind(store),
  });
  const metrics = Object.assign(Object.create(CloseMetrics.prototype) as CloseMetrics, {
    invoices: { inc: () => undefined },
  });
  const seal = new DerivedSharedSeal(Buffer.alloc(32));
  const run = { run: 'run_1', day: '2018-03-01' } as const;
  const writer = new SeriesWriter(overtaken, clock, { series: 'SK' }, -1, run, metrics, seal);
  writer.take(
    new Map([
      ['ctr_1', nothingInSeries],
      ['ctr_2', nothingInSeries],
    ]),
  );
  return { writer, store };
}

const written = async (store: EventStore) =>
  (await store.readStream(seriesStreamOf('SK'))).map(({ type, revision, data }) => [
    type,
    revision,
    (data as { number: string }).number,
  ]);

/** A document that somebody else puts at the first place. */
const putFirst =
  (type: string, contract: ContractId, month: ServiceMonth) =>
  async (store: EventStore): Promise<void> => {
    await store.append({
      stream: seriesStreamOf('SK'),
      expected: 'no-stream',
      events: [
        {
          id: derivedUuid('other', type, contract, month),
          type,
          version: 1,
          data: { ...draft(contract, month), number: 'SK-000000001', creditNote: 'crn_1' },
          metadata: { commandId: 'other', actor: systemActor('billing') },
          occurredAt: clock.now(),
        },
      ],
    });
  };

describe('Invoices: somebody else writes to the series while a run issues', () => {
  it('a credit note that is approved in between takes its number, and the run goes on behind it', async () => {
    const { writer, store } = await writerWith(putFirst('CreditNoteIssued', 'ctr_1', '2018-01'));
    const drafts = [rated('ctr_1', '2018-02', 0), rated('ctr_2', '2018-02', 0), rated('ctr_1', '2018-03', 1)];
    expect((await writer.issue(drafts, {}, new Map())).map(({ number }) => number)).toEqual([
      'SK-000000002',
      'SK-000000003',
      'SK-000000004',
    ]);
    expect(await written(store)).toEqual([
      ['CreditNoteIssued', 0, 'SK-000000001'],
      ['InvoiceIssued', 1, 'SK-000000002'],
      ['InvoiceIssued', 2, 'SK-000000003'],
      ['InvoiceIssued', 3, 'SK-000000004'],
    ]);
    expect(await writer.issue([rated('ctr_2', '2018-03', 1)], {}, new Map())).toMatchObject([
      { number: 'SK-000000005' },
    ]);
  });

  it('a month that another run has issued meanwhile is not issued again', async () => {
    const { writer, store } = await writerWith(putFirst('InvoiceIssued', 'ctr_1', '2018-02'));
    expect(
      await writer.issue([rated('ctr_1', '2018-02', 0), rated('ctr_2', '2018-02', 0)], {}, new Map()),
    ).toMatchObject([
      { contract: 'ctr_1', number: 'SK-000000001' },
      { contract: 'ctr_2', number: 'SK-000000002' },
    ]);
    expect(await written(store)).toHaveLength(2);
  });

  it('a draft that counts from fewer documents than there are by then is refused, and nothing is written', async () => {
    const { writer, store } = await writerWith(putFirst('InvoiceIssued', 'ctr_1', '2018-01'));
    await expect(writer.issue([rated('ctr_1', '2018-02', 0)], {}, new Map())).rejects.toThrow(
      'documents-changed',
    );
    expect(await written(store)).toHaveLength(1);
  });
});

const notClosed: Closing = {
  billed: {
    issued: new Map(),
    documents: 0,
    lastCorrection: 0n,
    fees: new Map(),
    months: billingMonths.initial,
    revision: -1,
    unclosed: [],
  },
  months: [],
};
const bothNotClosed = () =>
  new Map<ContractId, Closing>([
    ['ctr_1', notClosed],
    ['ctr_2', notClosed],
  ]);
const nobody = (): Promise<void> => Promise.resolve();
const closedMonths = async (store: EventStore, contract: ContractId) =>
  (await store.readStream(billingStreamOf(contract))).map(({ type, data }) => [
    type,
    (data as { month: string }).month,
    (data as { number?: string }).number,
  ]);

describe('Invoices: that a month of a contract is done', () => {
  const drafts = [rated('ctr_1', '2018-01', 0), rated('ctr_1', '2018-02', 1), rated('ctr_2', '2018-02', 0)];

  it('is told with its invoices in one transaction, so that neither is there without the other', async () => {
    const { writer, store } = await writerWith(nobody);
    const closing = bothNotClosed();
    await writer.issue(drafts, {}, closing);
    expect([...closing]).toEqual([]);
    expect(await closedMonths(store, 'ctr_1')).toEqual([
      ['MonthClosed', '2018-01', 'SK-000000001'],
      ['MonthClosed', '2018-02', 'SK-000000002'],
    ]);
    // Positions of one transaction follow one another.
    const { events } = await store.readAll({ after: 0n, limit: 10 });
    expect(events.map(({ position }) => position - events[0]!.position)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
    expect(events.map(({ type }) => type).slice(2)).toEqual([
      'InvoiceIssued',
      'MonthClosed',
      'MonthClosed',
      'MonthClosed',
    ]);
  });

  it('is decided again with them where somebody else came first', async () => {
    const { writer, store } = await writerWith(putFirst('CreditNoteIssued', 'ctr_1', '2018-01'));
    await writer.issue(drafts, {}, bothNotClosed());
    expect(await closedMonths(store, 'ctr_2')).toEqual([['MonthClosed', '2018-02', 'SK-000000004']]);
    expect(await written(store)).toHaveLength(4);
  });

  it('waits for the next look where its own stream is in the way: the documents are issued all the same', async () => {
    const { writer, store } = await writerWith(async (inBetween) => {
      await inBetween.append({
        stream: billingStreamOf('ctr_2'),
        expected: 'no-stream',
        events: [
          {
            id: derivedUuid('month-closed', 'ctr_2', '2018-01', 'nothing-due'),
            type: 'MonthClosed',
            version: 1,
            data: { contract: 'ctr_2', month: '2018-01', outcome: 'nothing-due' },
            metadata: { commandId: 'other', actor: systemActor('billing') },
            occurredAt: clock.now(),
          },
        ],
      });
    });
    const closing = bothNotClosed();
    await writer.issue(drafts, {}, closing);
    expect(await written(store)).toHaveLength(3);
    expect([...closing.keys()]).toEqual(['ctr_1', 'ctr_2']);
    expect(await closedMonths(store, 'ctr_1')).toEqual([]);
  });

  it('is told by an append of its own where the store appends to one stream at a time', async () => {
    const { writer, store } = await writerWith(nobody, false);
    const closing = bothNotClosed();
    const issued = await writer.issue(drafts, {}, closing);
    expect([...closing.keys()]).toEqual(['ctr_1', 'ctr_2']);
    await writer.closings.close(
      new Map(
        issued.map(({ contract, month, number }) => [
          contract,
          { ...notClosed, months: [{ contract, month, outcome: 'issued', number }] },
        ]),
      ),
    );
    expect(await closedMonths(store, 'ctr_2')).toEqual([['MonthClosed', '2018-02', 'SK-000000003']]);
  });
});
