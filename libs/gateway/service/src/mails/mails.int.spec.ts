import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, startOfDay } from '@smartkey/calendar';
import type { ListedMail } from '@smartkey/mail';
import { MailOutbox } from '@smartkey/mail';
import { until } from '@smartkey/testing';
import { TestGateway } from '../testing/gateway.fixture.ts';
import type { MailView } from './mail-view.ts';

describe('GET /v1/mails', () => {
  let test: TestGateway;
  let outbox: MailOutbox;
  let contract: ReturnType<TestGateway['contract']>;
  /** Those of billing, the latest first, as its service would answer. */
  const ofBilling: ListedMail[] = [];
  let asked: URL;

  beforeAll(async () => {
    test = await TestGateway.start();
    contract = test.contract();
    test.services.behaviour = ({ service, url }, reply) => {
      asked = new URL(url, 'http://billing');
      if (service !== 'billing' || asked.pathname !== '/internal/mails') return reply.code(404).send({});
      const { contract: of, before, limit } = Object.fromEntries(asked.searchParams);
      return {
        items: ofBilling
          .filter((mail) => of === undefined || mail.contract === of)
          .filter((mail) => before === undefined || mail.id < before)
          .slice(0, Number(limit)),
      };
    };
    outbox = new MailOutbox({ database: test.database, secretBox: test.secretBox, clock: test.clock });
  });
  afterAll(() => test.close());

  const mailOf = (n: number) => ({ to: `person-${n}@example.co.jp`, subject: 'a', text: 'secret words' });

  it('lists those of all services, the latest first, page by page, and sends the gateway’s own', async () => {
    for (let n = 0; n < 6; n += 1) {
      test.clock.set(startOfDay(addDays('2018-01-01', n)));
      if (n % 2 === 0) {
        const prepared = await outbox.prepare({
          identity: ['test', String(n)],
          kind: 'invitation',
          ...(n === 0 && { contract }),
          mail: mailOf(n),
        });
        await test.database.transaction((tx) => outbox.queue(tx, prepared));
      } else {
        const { id } = await outbox.prepare({
          identity: ['test', String(n)],
          kind: 'invoice',
          mail: mailOf(n),
        });
        ofBilling.unshift({
          id,
          to: mailOf(n).to,
          kind: 'invoice',
          contract,
          state: 'sent',
          queuedAt: test.clock.now(),
        });
      }
    }
    const seen: MailView[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { status, body } = await test.call('GET', `/v1/mails?limit=2${query}`);
      expect([status, body.by]).toEqual([200, 'files']);
      seen.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(seen.map(({ to, kind }) => `${to} ${kind}`)).toEqual(
      [5, 4, 3, 2, 1, 0].map((n) => `person-${n}@example.co.jp ${n % 2 === 0 ? 'invitation' : 'invoice'}`),
    );
    expect(JSON.stringify(seen)).not.toContain('secret words');
    await until(() => test.mails.length >= 3);
    expect(test.mails.map(({ to }) => to)).toEqual([0, 2, 4].map((n) => mailOf(n).to));
  });

  it('a contractor sees those of its contract alone; others see none', async () => {
    const { key } = await test.keyOf(contract, 'contractor');
    const { body } = await test.call('GET', '/v1/mails', undefined, { key });
    expect(asked.searchParams.get('contract')).toBe(contract);
    expect((body.items as MailView[]).map(({ to }) => to)).toEqual([5, 3, 1, 0].map((n) => mailOf(n).to));
    for (const role of ['finance', 'auditor']) {
      const { key } = (await test.call('POST', '/v1/keys', { role })).body;
      expect(await test.call('GET', '/v1/mails', undefined, { key })).toMatchObject({ status: 403 });
    }
    expect(await test.call('GET', '/v1/mails?cursor=x')).toMatchObject({ status: 422 });
  });
});
