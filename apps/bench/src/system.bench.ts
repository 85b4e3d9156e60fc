import { perUnitQuote, Steps, System, OPERATOR_KEY } from '@smartkey/testing/end-to-end';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Figure, rateOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';

/** The whole system through its gateway: verifications by many people at once. */
export async function systemBench(scale: {
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
