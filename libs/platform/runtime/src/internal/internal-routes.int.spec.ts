import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpLogFeed, type Message } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import type { Projection } from '@smartkey/projections';
import { until } from '@smartkey/testing';
import { request } from 'undici';
import type { ServiceParts } from '../service-definition.ts';
import { event, everything, toy, World } from '../toy-services.fixture.ts';

const NOW = '2018-01-01T00:00:00.000Z';

describe('what a service answers under /internal', () => {
  let world: World;
  let parts: ServiceParts;
  let url: string;
  let refuse = true;
  const settled: string[] = [];

  const counts: Projection = {
    name: 'counts',
    version: 1,
    sources: ['contract'],
    ddl: 'create table counts (stream text primary key, n integer not null)',
    async apply(tx, messages) {
      if (refuse && messages.some((message) => message.type === 'Poison'))
        throw new Error('not to be applied');
      for (const { stream } of messages)
        await tx.execute(
          'insert into counts values ($1, 1) on conflict (stream) do update set n = counts.n + 1',
          [stream],
        );
    },
  };

  const call = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object, token?: string) => {
    const answer = await request(url + path, {
      method,
      headers: {
        ...internalHeaders({ token: token ?? world.environment.material.internalToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  const append = (n: number, type = 'Counted', stream = `contract-${n % 3}`) =>
    parts.store.append({ stream, expected: 'any', events: [event(`command-${n}`, type, NOW, { n })] });

  beforeAll(async () => {
    world = await World.make(NOW);
    const service = await world.add(
      toy(
        'contract',
        (given) => {
          parts = given;
          return { settle: (upTo) => Promise.resolve(void settled.push(upTo)) };
        },
        { projections: [counts] },
      ),
    );
    url = service.url;
    await world.run();
    for (let n = 0; n < 12; n += 1) await append(n);
  });
  afterAll(() => world.stop());

  it('refuses whoever does not show the internal token', async () => {
    for (const path of ['/internal/log', '/internal/clock', '/internal/projections'])
      expect((await call('GET', path, undefined, 'a guess')).status).toBe(401);
  });

  it('serves the log by pages, with the partition chain, as it is in process', async () => {
    const feed = new HttpLogFeed({
      url: () => url,
      headers: internalHeaders({ token: world.environment.material.internalToken }),
    });
    const whole = await everything(world, 'contract');
    const pages: Message[] = [];
    for (let after = 0n, previous = 0n; ;) {
      const page = await feed.read({ after, previous, limit: 5 });
      pages.push(...page.messages);
      after = page.upTo;
      previous = page.messages.at(-1)?.position ?? previous;
      if (page.upTo === page.settled) break;
    }
    expect(pages).toEqual(whole);
    for (const number of [0, 1]) {
      const { messages } = await feed.read({ after: 0n, limit: 100, partition: { number, of: 2 } });
      messages.forEach((message, i) => expect(message.previous).toBe(messages[i - 1]?.position ?? 0n));
    }
    const parted = await Promise.all(
      [0, 1].map((number) => feed.read({ after: 0n, limit: 100, partition: { number, of: 2 } })),
    );
    expect(parted.flatMap((page) => page.messages)).toHaveLength(whole.length);
  });

  it('refuses a place that no log has', async () => {
    expect((await call('GET', '/internal/log?after=-1')).status).toBe(400);
    expect((await call('GET', '/internal/log?partition=2&of=2')).status).toBe(400);
  });

  it('tells, takes over and settles business time, forward only', async () => {
    expect((await call('GET', '/internal/clock')).body).toEqual({ mode: 'sandbox', now: NOW });
    expect((await call('GET', '/internal/clock/next-due')).body).toEqual({ nextDue: null });
    const later = '2018-01-02T09:00:00+09:00';
    expect((await call('POST', '/internal/clock/settle', { instant: later })).status).toBe(409);
    expect((await call('PUT', '/internal/clock', { now: later })).body).toEqual({
      mode: 'sandbox',
      now: '2018-01-02T00:00:00.000Z',
    });
    expect((await call('PUT', '/internal/clock', { now: NOW })).status).toBe(409);
    expect((await call('PUT', '/internal/clock', { now: '2018-02-30T00:00:00Z' })).status).toBe(422);
    const answer = await call('POST', '/internal/clock/settle', { instant: later });
    expect(answer).toEqual({ status: 200, body: { settled: '2018-01-02T00:00:00.000Z' } });
    expect(settled).toEqual(['2018-01-02T00:00:00.000Z']);
    expect((await world.feeds.read('contract', { after: 0n, limit: 100 })).watermark?.instant).toBe(
      '2018-01-02T00:00:00.000Z',
    );
  });

  it('shows parked streams, retries them, and rebuilds a projection', async () => {
    const { position } = await append(100, 'Poison', 'contract-bad');
    await parts.projection('counts').reached('contract', position);
    const listed = await call('GET', '/internal/projections/parked-streams');
    expect(listed.body).toMatchObject({
      items: [{ projection: 'counts', source: 'contract', stream: 'contract-bad', revision: 0, waiting: 1 }],
    });
    expect((await call('GET', '/internal/set-aside?limit=5')).body).toEqual({
      items: [
        {
          kind: 'stream',
          reader: 'counts',
          place: 'contract contract-bad#0',
          waiting: 1,
          since: expect.any(String),
        },
      ],
    });
    const retry = { projection: 'counts', source: 'contract', stream: 'contract-bad' };
    expect((await call('POST', '/internal/projections/parked-streams/retry', retry)).body).toEqual({
      waiting: 1,
    });
    refuse = false;
    expect((await call('POST', '/internal/projections/parked-streams/retry', retry)).body).toEqual({
      waiting: 0,
    });
    expect(
      await parts.projection('counts').sql.query('select n from counts where stream = $1', ['contract-bad']),
    ).toEqual([{ n: 1 }]);

    expect((await call('POST', '/internal/projections/nobody/rebuild')).status).toBe(404);
    const nobodys = { ...retry, projection: 'nobody' };
    expect((await call('POST', '/internal/projections/parked-streams/retry', nobodys)).status).toBe(404);
    expect((await call('POST', '/internal/projections/counts/rebuild')).status).toBe(202);
    const generation = async () =>
      ((await call('GET', '/internal/projections')).body['items'] as { generation: string }[])[0]!.generation;
    await until(async () => (await generation()).endsWith('_v1_2'));
    expect(await parts.projection('counts').sql.query('select sum(n)::integer as n from counts')).toEqual([
      { n: 13 },
    ]);
  });

  it('measures lag, parked streams, the watermark’s age and appends', async () => {
    const answer = await request(`${url}/metrics`);
    const text = await answer.body.text();
    expect(text).toContain(
      'smartkey_projection_lag_seconds{service="contract",consumer="counts",source="contract"} 0',
    );
    expect(text).toContain('smartkey_parked_streams{service="contract",projection="counts"} 0');
    expect(text).toContain('smartkey_watermark_age_seconds{service="contract"} 0');
    expect(text).toMatch(/smartkey_log_news_total\{service="contract"\} 13/);
  });

  it('is ready while its parts are', async () => {
    const answer = await request(`${url}/health/ready`);
    expect(await answer.body.json()).toEqual({
      status: 'ok',
      checks: { database: 'ok', log: 'ok', projections: 'ok', watermark: 'ok' },
    });
  });
});
