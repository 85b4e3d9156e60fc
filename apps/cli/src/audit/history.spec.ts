import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '@smartkey/event-store';
import type { SharedSeal, SubjectKeys } from '@smartkey/secrets';
import { MadeUpLog } from './audited.fixture.ts';
import type { BrokenEvent } from './chains.ts';
import { historyOf, type HistoryLine } from './history.ts';
import { pageArticle, historyEnd, pageHead } from './history-page.ts';

const of = { account: 'rid_1', contract: 'ctr_1' } as const;
const ERASED_KEYS = {
  openMany: (requests: readonly { readonly sealed: readonly string[] }[]) =>
    Promise.resolve(requests.map(({ sealed }) => sealed.map(() => undefined))),
} as unknown as SubjectKeys;

/** A registry's log, a page of two events at a time. */
const storeOf = (log: MadeUpLog): EventStore =>
  ({
    readAll: ({ after }: { readonly after: bigint }) => {
      const events = log.events.filter(({ position }) => position > after).slice(0, 2);
      return Promise.resolve({ events, upTo: events.at(-1)?.position ?? after });
    },
  }) as unknown as EventStore;

async function linesOf(
  log: MadeUpLog,
  broken: BrokenEvent[] = [],
  service: 'device-registry' | 'billing' = 'device-registry',
): Promise<readonly HistoryLine[]> {
  const read = {
    service,
    store: storeOf(log),
    subjectKeys: ERASED_KEYS,
    parties: {} as SharedSeal,
  } as const;
  const lines: HistoryLine[] = [];
  for await (const line of historyOf(read, { contract: 'ctr_1' }, broken, () => undefined)) lines.push(line);
  return lines;
}

function registry(): MadeUpLog {
  const log = new MadeUpLog();
  log.add('account-rid_1', 'IdRegistered', {
    ...of,
    externalId: { sealed: 'v1.s.a.b.c' },
    externalIdDigest: 'digest',
    spell: 1,
    registeredOn: '2018-01-05',
  });
  log.add('account-rid_9', 'IdSuspended', { account: 'rid_9', contract: 'ctr_9' });
  log.add('account-rid_1', 'IdSuspended', { ...of, reason: { sealed: 'v1.s.a.b.c' } });
  return log;
}

describe('the history of a contract', () => {
  it('is what the log says of it, in its order, with actor, cause, terms version and both hashes; what was erased says so', async () => {
    const log = registry();
    const broken: BrokenEvent[] = [];
    const lines = await linesOf(log, broken);
    expect(broken).toEqual([]);
    const [first, , third] = log.events;
    expect(lines).toMatchObject([
      { type: 'IdRegistered', revision: 0, position: '1', previous: '0'.repeat(64), hash: first!.hash },
      { type: 'IdSuspended', revision: 1, position: '3', previous: first!.hash, hash: third!.hash },
    ]);
    expect(lines[1]).toMatchObject({
      log: 'device-registry',
      actor: { role: 'system' },
      cause: { command: 'cmd_2' },
      termsVersion: '2018-01-01',
      data: { reason: '[erased]' },
    });
  });

  it('has documents of any version, and what billing says of the contract beside them', async () => {
    const log = new MadeUpLog();
    const document = {
      number: 'SK-000000001',
      contract: 'ctr_1',
      month: '2018-01',
      recipient: { name: '甲' },
    };
    log.add('series-SK', 'InvoiceIssued', document, 4);
    log.add('billing-ctr_1', 'MonthClosed', { contract: 'ctr_1', month: '2018-01', outcome: 'issued' });
    log.add('delivery-SK-000000001', 'DeliveryRequested', {
      contract: 'ctr_1',
      number: 'SK-000000001',
      to: { sealed: 'v1.s.a.b.c' },
    });
    const lines = await linesOf(log, [], 'billing');
    expect(lines).toMatchObject([
      { type: 'InvoiceIssued', version: 4, data: document },
      { type: 'MonthClosed', data: { outcome: 'issued' } },
      { type: 'DeliveryRequested', data: { to: '[erased]' } },
    ]);
  });

  it('names what does not follow from what was before', async () => {
    const log = registry();
    const last = log.events.pop()!;
    log.events.push({ ...last, data: { ...last.data, reason: 'forged' } });
    const broken: BrokenEvent[] = [];
    await linesOf(log, broken);
    expect(broken).toEqual([{ stream: 'account-rid_1', revision: 1, why: 'hash' }]);
  });

  it('as a page says all of that, in Japanese time, and what people entered is text in it', async () => {
    const [line] = await linesOf(registry());
    const article = pageArticle({ ...line!, data: { reason: '<script>alert(1)</script>' } });
    expect(article).toContain('2018-01-05 12:00:00.000');
    expect(article).toContain(line!.hash);
    expect(article).not.toContain('<script>');
    expect(pageHead({ contract: 'ctr_1', knownAt: '2018-02-01T00:00:00.000Z' })).toContain(
      '2018-02-01 09:00:00.000',
    );
    expect(historyEnd(2, 0)).toContain('以上 2 件');
    expect(historyEnd(2, 1)).toContain('1 件');
  });
});
