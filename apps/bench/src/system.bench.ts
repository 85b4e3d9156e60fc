import { perUnitQuote, enterpriseQuote, Steps, System, OPERATOR_KEY } from '@smartkey/testing/end-to-end';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Figure, rateOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';

/** The whole system through its gateway: an import of many IDs, and verifications by many people at once. */
export async function systemBench(scale: {
  readonly imported: number;
  readonly people: number;
  readonly rounds: number;
}): Promise<Figure[]> {
  const system = await System.start({
    SMARTKEY_RATE_PER_SECOND: '1000000',
    SMARTKEY_RATE_BURST: '1000000',
    SMARTKEY_LOG_LEVEL: 'error',
    ...(process.env['BENCH_DATABASE_URL'] === undefined
      ? {}
      : { DATABASE_URL: process.env['BENCH_DATABASE_URL'] }),
  });
  try {
    const steps = new Steps(system.operator);
    const enterprise = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
    const rows = Array.from({ length: scale.imported }, (_, n) => `user-${n},社員 ${n},register`);
    const imported = await rateOf(scale.imported, () =>
      steps.import(enterprise, ['externalId,displayName,action', ...rows].join('\n'), 600),
    );

    const provider = await steps.accepted('service-provider', '2018-01-01', perUnitQuote('2018-01'));
    const people: (readonly [string, Awaited<ReturnType<Steps['enrol']>>])[] = [];
    for (let n = 0; n < scale.people; n += 1)
      people.push([
        `person-${n}`,
        await steps.enrol(provider, await steps.register(provider, `person-${n}`)),
      ]);
    const started = Date.parse(await steps.now());
    let verifying = 0;
    for (let round = 1; round <= scale.rounds; round += 1) {
      const now = new Date(started + round * 60_000).toISOString();
      await steps.setClock(now);
      const requests = people.map(([externalId, phone]) =>
        JSON.stringify({ contract: provider, externalId, code: phone.codeAt(now) }),
      );
      verifying +=
        scale.people /
        (await rateOf(scale.people, () => sendAll(`${system.url}/v1/authentications`, requests)));
    }
    return [
      {
        name: `import of ${scale.imported.toLocaleString('en')} IDs`,
        unit: 'IDs',
        rate: imported,
        limit: await bareRegistrations(),
        limitIs: 'bare batched insert of the same rows',
      },
      {
        name: 'verification through HTTP',
        unit: 'codes',
        rate: (scale.people * scale.rounds) / verifying,
        limit: await bareDurableHttp(),
        limitIs: 'bare HTTP server, one single-row insert',
      },
    ];
  } finally {
    await system.dispose();
  }
}

const CONNECTIONS = 32;

/** Sends each request once, over so many connections; every answer must be a success. */
async function sendAll(url: string, bodies: readonly string[]): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json' };
        const answer = await fetch(url, { method: 'POST', body, headers });
        const text = await answer.text();
        if (!text.includes('"success"'))
          throw new Error(`an authentication was answered ${answer.status}: ${text}`);
      }
    }),
  );
}

/** The least an import must write: an identity, an event and a result for each row, in batches. */
async function bareRegistrations(): Promise<number> {
  const TOTAL = 50_000;
  return withScratchServer(async (server) => {
    const database = await server.database('bare_rows');
    await database.script('create table row (n int primary key, a text unique, body jsonb)');
    return rateOf(TOTAL, async () => {
      for (let start = 0; start < TOTAL; start += 500) {
        const chunk = Array.from({ length: 500 }, (_, index) => start + index);
        await database.execute('insert into row select * from unnest($1::int[], $2::text[], $3::jsonb[])', [
          chunk,
          chunk.map((n) => `rid_${n}`),
          chunk.map((n) => JSON.stringify({ account: `rid_${n}`, pad: 'x'.repeat(300) })),
        ]);
      }
    });
  });
}

/** A server of Node's own that makes one row durable for each request: what one process can do at most. */
async function bareDurableHttp(): Promise<number> {
  const TOTAL = 3_000;
  return withScratchServer(async (scratch) => {
    const database = await scratch.database('bare_http');
    await database.script('create table row (n bigint generated always as identity primary key, body text)');
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on(
        'end',
        () =>
          void database
            .execute('insert into row (body) values ($1)', [body])
            .then(() => response.end('{"result":"success"}')),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const bodies = Array.from({ length: TOTAL }, (_, n) =>
      JSON.stringify({ contract: 'ctr', externalId: `person-${n}`, code: '123456' }),
    );
    const rate = await rateOf(TOTAL, () => sendAll(`http://127.0.0.1:${port}/`, bodies));
    server.close();
    server.closeAllConnections();
    return rate;
  });
}
