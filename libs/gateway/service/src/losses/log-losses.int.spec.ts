import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEventStore, LogWentBackError } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { TestGateway } from '../testing/gateway.fixture.ts';

const AT = '2018-01-01T00:00:00.000Z';
const PATH = '/v1/audit/logs/billing';

let test: TestGateway;
/** As the service keeps it; what it refuses is shown where its routes are. */
let proposal: { id: string; proposedBy: string; reason: string; at: string; keptPosition: string } | null =
  null;
/** Bodies of what was said to it, and whom else the gateway let look. */
const confirmed: unknown[] = [];
const looked: string[] = [];
/** Whom the log of the contract service names; undefined: it cannot tell. */
let named: readonly string[] | undefined = [];

/** What losses left in the service; undefined: a version before. */
let findings: readonly object[] | undefined;
const told404 = (reply: { code(status: number): { send(body: object): unknown } }) =>
  reply.code(404).send({ code: 'not-found', detail: 'no such thing' });
const lostAfter = (url: string): object => {
  const asked = new URL(url, 'http://billing').searchParams;
  const [after, limit] = [Number(asked.get('after')), Number(asked.get('limit'))];
  const all = [7, 8, 9].map((position) => ({
    id: `e${position}`,
    position: String(position),
    type: 'InvoiceIssued',
    stream: 's',
    revision: position,
    contract: null,
    occurredAt: AT,
  }));
  const events = all.filter(({ position }) => Number(position) > after).slice(0, limit);
  const byType = [{ type: 'InvoiceIssued', count: 3 }];
  return { topic: 'read', records: 40, count: 3, byType, incomplete: null, events };
};

beforeAll(async () => {
  test = await TestGateway.start();
  test.services.behaviour = ({ service, url, body }, reply) => {
    if (url.startsWith('/internal/log/actors')) {
      if (named === undefined) return reply.code(404).send({ code: 'not-found', detail: 'no such thing' });
      const actors = service === 'contract' ? named.map((id) => ({ id, at: AT })) : [];
      return { actors, upTo: '0', ended: true };
    }
    if (url.startsWith('/internal/log/lost')) return service === 'billing' ? lostAfter(url) : told404(reply);
    if (url === '/internal/log/findings') return findings === undefined ? told404(reply) : { findings };
    if (url === '/internal/log/look') looked.push(service);
    if (url === '/internal/log/losses') {
      const { by, reason, keptPosition } = JSON.parse(body.toString()) as Record<string, string>;
      if (keptPosition !== '7')
        return reply.code(409).send({ code: 'log-ends-elsewhere', detail: 'It does.' });
      return (proposal = { id: 'a1', proposedBy: by!, reason: reason!, at: AT, keptPosition });
    }
    if (url === '/internal/log/losses/a1/confirmation') {
      confirmed.push(JSON.parse(body.toString()));
      proposal = null;
      return {};
    }
    const anchor = { id: 'x', hash: 'x', stream: 'series-SK', revision: 3, incarnation: 1 };
    return {
      state: 'log-went-back',
      since: AT,
      incarnation: 1,
      head: { position: '7', ...anchor },
      evidence: [
        {
          reader: 'contract/months/0',
          detail: 'It has more.',
          known: { position: '9', ...anchor },
          head: null,
          at: AT,
        },
        { reader: 'checkpoint', detail: 'It was longer.', known: null, head: null, at: AT },
      ],
      proposal,
    };
  };
});
afterAll(() => test.close());

const keyOf = async (name: string, by?: string): Promise<{ id: string; key: string }> =>
  (await test.call('POST', '/v1/keys', { role: 'operator', name }, by === undefined ? {} : { key: by })).body;
const codeOf = async (path: string, key: string, body?: object) => {
  const answer = await test.call('POST', `${PATH}/losses${path}`, body, { key });
  return [answer.status, answer.body.code];
};

describe('a loss of a service’s log', () => {
  it('is shown with what others know, and given up by two persons, whose ids the service keeps', async () => {
    const [one, other] = [await keyOf('鈴木'), await keyOf('田中')];
    const further = await keyOf('佐藤', one.key);
    expect((await test.call('GET', PATH)).body).toEqual({
      log: 'billing',
      state: 'log-went-back',
      since: AT,
      incarnation: 1,
      end: { position: '7', stream: 'series-SK', revision: 3 },
      beyond: [
        { reader: 'contract/months/0', detail: 'It has more.', position: '9', at: AT },
        { reader: 'checkpoint', detail: 'It was longer.', position: null, at: AT },
      ],
      proposal: null,
      unknown: null,
      left: null,
    });
    const form = { reason: 'no copy is left', keptPosition: '7' };
    expect(await codeOf('', one.key, { ...form, keptPosition: '8' })).toEqual([409, 'log-ends-elsewhere']);
    const broken = await test.call('POST', `${PATH}/losses`, { ...form, keptPosition: '-7' });
    expect(broken).toMatchObject({ status: 422, body: { errors: [{ pointer: '/keptPosition' }] } });
    const proposed = await test.call('POST', `${PATH}/losses`, form, { key: one.key });
    expect(proposed).toMatchObject({ status: 201, body: { proposal: { id: 'a1', proposedBy: one.id } } });
    for (const { key } of [one, further])
      expect(await codeOf('/a1/confirmation', key)).toEqual([403, 'same-person']);
    expect(await codeOf('/a2/confirmation', other.key)).toEqual([404, 'not-found']);
    expect(confirmed).toEqual([]);
    expect(
      (await test.call('POST', `${PATH}/losses/a1/confirmation`, undefined, { key: other.key })).status,
    ).toBe(200);
    expect(confirmed).toEqual([{ by: other.id }]);
    // Readers need not wait until they look by themselves.
    expect(looked).toEqual(['contract', 'device-registry', 'authentication', 'billing']);
    expect(await codeOf('/a1/confirmation', other.key)).toEqual([404, 'not-found']);
  });

  it('is listed event by event, in pages, as the topic of the service tells', async () => {
    const first = (await test.call('GET', `${PATH}/lost?limit=2`)).body;
    expect(first).toMatchObject({ log: 'billing', topic: 'read', records: 40, count: 3, incomplete: null });
    expect(first.items.map(({ position }: { position: string }) => position)).toEqual(['7', '8']);
    const next = (await test.call('GET', `${PATH}/lost?limit=2&cursor=${first.nextCursor}`)).body;
    expect(next).toMatchObject({ items: [{ id: 'e9' }], nextCursor: null });
    expect((await test.call('GET', `${PATH}/lost?cursor=x`)).status).toBe(422);
    const before = (await test.call('GET', '/v1/audit/logs/contract/lost')).body;
    expect(before).toMatchObject({ topic: 'no-topic', items: [], count: 0 });
    expect((await test.call('GET', '/v1/audit/logs/gateway/lost')).body).toMatchObject({ topic: 'sound' });
  });

  it('is shown with what it left for a person, and with accounts whose events do not open', async () => {
    const lost = { kind: 'key-lost', subject: 'rid_1', detail: 'its events do not open', at: AT };
    findings = [{ source: 'device-registry', number: 2, ...lost }];
    const { left } = (await test.call('GET', '/v1/audit/logs/device-registry')).body;
    expect(left).toEqual({
      items: [{ ...lost, source: 'device-registry', incarnation: 2, contract: null }],
      complete: true,
    });
    findings = undefined;
  });

  it('is of a log that there is', async () => {
    expect((await test.call('GET', '/v1/audit/logs/nothing')).status).toBe(404);
  });
});

describe('a loss of the gateway’s own log', () => {
  const OWN = '/v1/audit/logs/gateway';
  const event = {
    id: derivedUuid('too early'),
    type: 'Anything',
    version: 1,
    data: {},
    metadata: { commandId: 'c', actor: { role: 'operator' as const, key: 'key_x' } },
    occurredAt: '2018-01-01T00:00:00.000Z' as const,
  };
  const own = async () => (await test.call('GET', OWN)).body;

  it('is known by keys that other logs name, and given up by two persons while nothing is written to it', async () => {
    const [one, other] = [await keyOf('高橋'), await keyOf('渡辺')];
    expect(await own()).toMatchObject({
      log: 'gateway',
      state: 'sound',
      unknown: { items: [], complete: true },
    });
    const form = { reason: 'no copy is left', keptPosition: '0' };
    expect(await test.call('POST', `${OWN}/losses`, form, { key: one.key })).toMatchObject({
      status: 409,
      body: { code: 'no-loss' },
    });
    // Made after the copy that the database is put back from.
    const made = await keyOf('伊藤');
    named = [made.id, one.id];
    await test.database.execute('DELETE FROM keys WHERE id = $1', [made.id]);
    const detail = expect.stringContaining('contract at 2018-01-01');
    expect((await own()).unknown).toEqual({
      items: [{ id: made.id, detail, givenUpWith: null }],
      complete: true,
    });
    const proposed = await test.call('POST', `${OWN}/losses`, form, { key: one.key });
    expect(proposed).toMatchObject({
      status: 201,
      body: {
        state: 'log-went-back',
        beyond: [{ reader: made.id, position: null }],
        proposal: { proposedBy: one.id, keptPosition: '0' },
      },
    });
    const store = await createEventStore(test.database, test.clock);
    await expect(
      store.append({ stream: 'person-x', expected: 'any', events: [event] }),
    ).rejects.toBeInstanceOf(LogWentBackError);
    const path = `${OWN}/losses/${proposed.body.proposal.id}/confirmation`;
    expect((await test.call('POST', path, undefined, { key: one.key })).body.code).toBe('same-person');
    const confirmed = await test.call('POST', path, undefined, { key: other.key });
    expect(confirmed).toMatchObject({
      status: 200,
      body: {
        state: 'sound',
        incarnation: 2,
        beyond: [],
        proposal: null,
        unknown: { items: [{ id: made.id, detail, givenUpWith: 2 }], complete: true },
      },
    });
    // What was given up is no news.
    expect((await test.call('POST', `${OWN}/losses`, form, { key: one.key })).body.code).toBe('no-loss');
  });

  it('is not known in full while a service does not tell whom its log names', async () => {
    named = undefined;
    await test.restart();
    expect((await own()).unknown).toMatchObject({ complete: false });
  });
});
