import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogFeeds, Message } from '@smartkey/event-bus';
import { createEventStore, EventCodec } from '@smartkey/event-store';
import type { ContractId } from '@smartkey/kernel';
import { MailOutbox } from '@smartkey/mail';
import { until } from '@smartkey/testing';
import { personEventForms } from '../log/stored-person-events.ts';
import { PeopleLog } from '../people/people-log.ts';
import { TestGateway } from '../testing/gateway.fixture.ts';
import { signInAdministrator } from '../testing/person.fixture.ts';
import { ContractNotices } from './contract-notices.ts';

let test: TestGateway;
let contract: ContractId;
let log: Message[];
/** What was asked for of the log of sign-ins, which has a thousand others for each lock. */
let askedTypes: readonly string[] | undefined;

/** The logs of the contract and the authentication service, as a gateway reads them. */
const feeds: LogFeeds = {
  read: (source, { after, limit, types }) => {
    if (source === 'authentication') askedTypes = types ?? askedTypes;
    const own = log.filter((message) => message.source === source);
    const page = own.filter(({ position }) => position > after).slice(0, limit);
    const messages = page.filter(({ type }) => types?.includes(type) ?? true);
    const settled = own.at(-1)?.position ?? 0n;
    return Promise.resolve({ messages, upTo: page.at(-1)?.position ?? after, settled } as never);
  },
};
const AT = '2018-01-15T03:10:00.000Z';
function happens(
  type: string,
  data: object,
  of: ContractId = contract,
  source: Message['source'] = 'contract',
  occurredAt = AT,
): void {
  const position = (log.at(-1)?.position ?? 0n) + 3n;
  const id = `${type}-${position}`;
  log.push({ id, source, type, version: 1, contract: of, position, occurredAt, data } as never);
}
async function notices(): Promise<ContractNotices> {
  const { database, subjectKeys, secretBox, clock } = test;
  const store = await createEventStore(database, clock);
  const codec = new EventCodec(personEventForms, subjectKeys);
  return new ContractNotices({
    database,
    feeds,
    people: new PeopleLog({ database, store, codec, subjectKeys, lookupKey: Buffer.alloc(32, 7), clock }),
    outbox: new MailOutbox({ database, secretBox, clock }),
    worker: { wake: () => undefined },
    publicUrl: { origin: 'https://smartkey.example' },
    log: { info: () => undefined, warn: () => undefined },
    lookMillis: 10_000,
  });
}
/** The mails that were handed over, by what they say, in the order of the words: those of one page of the log have no other. */
const queued = async (): Promise<readonly string[]> =>
  (
    await test.database.query<{ kind: string }>(
      `SELECT kind FROM mail_outbox WHERE kind IN ('cancellation', 'plan-change', 'lock') ORDER BY kind, id`,
    )
  ).map(({ kind }) => kind);

beforeAll(async () => {
  test = await TestGateway.start();
  contract = test.contract();
  await signInAdministrator(test, contract);
});
afterAll(() => test.close());
beforeEach(async () => {
  log = [];
  await test.database.execute('DELETE FROM notice_places');
  await test.database.execute('DELETE FROM mail_outbox');
});

const notified = { cancellation: 'can_1', effectiveDay: '2018-01-31' };

describe('mails about contracts', () => {
  it('tell the administrators of a cancellation with its day, as text and as a page', async () => {
    const follower = await notices();
    await follower.drain();
    happens('CancellationNotified', notified);
    happens('PlanChangeAccepted', { planChange: 'pch_1', plan: 'service-provider', fromMonth: '2018-02' });
    happens('QuoteRead', {});
    const of = test.mails.length;
    await follower.drain();
    expect(await queued()).toEqual(['cancellation', 'plan-change']);
    await until(() => test.mails.length >= of + 2);
    const sent = test.mails.slice(of);
    const cancellation = sent.find(({ subject }) =>
      subject.includes('解約のお申し込みを受け付けました / Your notice'),
    );
    const change = sent.find((mail) => mail !== cancellation);
    expect(cancellation).toMatchObject({
      text: expect.stringMatching(/管理花子 様[^]*2018年1月31日\(水\) 24時[^]*2018-01-31, until 24:00 JST/),
      html: expect.stringContaining('2018年1月31日(水) 24時です（第6条）。</p>'),
    });
    expect(change?.text).toContain('2018年2月1日0時からサービスプロバイダープランです。');
  });

  it('say nothing of what was before they began, and nothing twice, also where two gateways read at once', async () => {
    happens('CancellationNotified', notified);
    const [one, two] = [await notices(), await notices()];
    await one.drain();
    expect(await queued()).toEqual([]);
    happens('CancellationVoided', { cancellation: 'can_1' });
    await Promise.all([one.drain(), two.drain()]);
    await two.drain();
    expect(await queued()).toEqual(['cancellation']);
  });

  it('go to the contract’s own people alone, and are held until the log can be read', async () => {
    const follower = await notices();
    await follower.drain();
    happens('CancellationNotified', notified, test.contract());
    await follower.drain();
    expect(await queued()).toEqual([]);
    happens('PlanChanged', { planChange: 'pch_1', plan: 'enterprise', fromMonth: '2018-02' });
    const { read } = feeds;
    (feeds as { read: LogFeeds['read'] }).read = () => Promise.reject(new Error('not there'));
    await expect(follower.drain()).rejects.toThrow('not there');
    (feeds as { read: LogFeeds['read'] }).read = read;
    await follower.drain();
    expect(await queued()).toEqual(['plan-change']);
  });

  it('write nothing where the end of the log moved by itself, and miss nothing behind it', async () => {
    const follower = await notices();
    await follower.drain();
    const places = () => test.database.query('SELECT source, position FROM notice_places ORDER BY source');
    const before = await places();
    const { read } = feeds;
    (feeds as { read: LogFeeds['read'] }).read = () =>
      Promise.resolve({ messages: [], upTo: 1_000n, settled: 1_000n });
    await follower.drain();
    (feeds as { read: LogFeeds['read'] }).read = read;
    expect(await places()).toEqual(before);
    happens('CancellationNotified', notified);
    await follower.drain();
    expect(await queued()).toEqual(['cancellation']);
  });

  it('tell who looks after IDs of a lock, once for all of an hour, with the way to the page and without the ID', async () => {
    const follower = await notices();
    await follower.drain();
    const locks = (account: string, occurredAt?: string, until?: string) =>
      happens('AccountLocked', { account, failures: 5, until }, contract, 'authentication', occurredAt);
    happens('AuthSucceeded', { account: 'rid_0' }, contract, 'authentication');
    locks('rid_1', AT, '2018-01-15T03:40:00.000Z');
    locks('rid_2');
    await follower.drain();
    locks('rid_3', '2018-01-15T03:59:00.000Z');
    await follower.drain();
    expect(askedTypes).toEqual(['AccountLocked']);
    expect(await queued()).toEqual(['lock']);
    locks('rid_4', '2018-01-15T04:01:00.000Z');
    const of = test.mails.length;
    await follower.drain();
    expect(await queued()).toEqual(['lock', 'lock']);
    await until(() => test.mails.slice(of).some(({ text }) => text.includes('rid_4')));
    const first = test.mails.find(({ text }) => text.includes('rid_1'));
    expect(first?.text).toContain('2018年1月15日 12:40まで');
    expect(first?.text).toContain(`https://smartkey.example/portal/contracts/${contract}/ids/rid_1`);
    expect(first?.html).toContain('IDがロックされました');
  });
});
