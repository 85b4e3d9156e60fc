import { whileOpen } from '@smartkey/lifecycle';
import { enterpriseQuote, OPERATOR_KEY, Steps, type System } from '@smartkey/testing/end-to-end';
import { type Amount, type Latency, quantile, quantilesOf } from './measure.ts';
import { unlimitedSystem } from './unlimited-system.ts';

/** What a visitor may wait for and load, as the portal's figures have it. */
const GOAL = { p50: 100, p95: 300, kilobytes: 100 };

/** Pages as a browser fetches them, through the gateway, of a contract with many IDs and years of invoices. */
export function portalBench(scale: {
  readonly ids: number;
  readonly invoices: number;
  readonly rounds: number;
}): Promise<readonly (Latency | Amount)[]> {
  return whileOpen(async (closers) => {
    const system = await unlimitedSystem(closers, {
      SMARTKEY_CLOCK_START: '2023-11-01T00:00:00+09:00',
      SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T8700110005901',
    });
    const { contract, pages } = await prepared(system, scale);
    const cookie = await signedIn(system, contract);
    const origin = system.url.replace('127.0.0.1', 'localhost');
    const floor: number[] = [];
    const all = pages.map(([name]) => ({ name, millis: new Array<number>(), bytes: 0 }));
    // Once unmeasured: what is compiled and opened at the first look is no page's own.
    for (let round = -1; round < scale.rounds; round += 1)
      for (const [index, [name, path]] of pages.entries()) {
        const { millis, bytes } = await fetched(`${origin}/portal${path}`, cookie, name);
        const { millis: least } = await fetched(`${origin}/portal/status`, cookie, 'status');
        if (round < 0) continue;
        floor.push(least);
        all[index]!.millis.push(millis);
        all[index]!.bytes = Math.max(all[index]!.bytes, bytes);
      }
    const least = quantile(floor, 0.5);
    const every = all.flatMap(({ millis }) => millis);
    const slowest = all.reduce((one, other) =>
      quantile(one.millis, 0.95) > quantile(other.millis, 0.95) ? one : other,
    );
    const leastIs = 'the page of the service status';
    const beside = (name: string, amount: number, goal: number, unit = 'ms'): Amount => ({
      name: `portal: ${name}`,
      amount,
      unit,
      least: goal,
      leastIs: 'goal',
    });
    return [
      quantilesOf(
        `portal: ${pages.length} pages, ${scale.ids} IDs, ${scale.invoices} invoices`,
        every,
        floor,
        leastIs,
      ),
      beside('p50 of all', quantile(every, 0.5), GOAL.p50),
      beside('p95 of all', quantile(every, 0.95), GOAL.p95),
      beside('p95 of the slowest page', quantile(slowest.millis, 0.95), GOAL.p95),
      beside('the largest page', Math.max(...all.map(({ bytes }) => bytes)) / 1000, GOAL.kilobytes, 'kB'),
      ...all.map(({ name, millis }) => ({
        ...beside(`${name}, p95`, quantile(millis, 0.95), least),
        leastIs,
      })),
    ];
  }, 60_000);
}

/** @returns names and addresses of the pages. */
async function prepared(
  system: System,
  { ids, invoices }: { readonly ids: number; readonly invoices: number },
): Promise<{ readonly contract: string; readonly pages: readonly (readonly [string, string])[] }> {
  const steps = new Steps(system.operator);
  const contract = await steps.accepted('enterprise', '2023-11-01', enterpriseQuote('2023-11'));
  const account = await steps.register(contract, 'somebody@example.jp', { displayName: '誰か' });
  for (let n = 0; n < invoices; n += 1) {
    const month = monthAt(n);
    await steps.setClock(`${monthAt(n + 1)}-01T00:00:00+09:00`);
    await steps.close(month);
  }
  const month = monthAt(invoices);
  await steps.setClock(`${month}-15T12:00:00+09:00`);
  await steps.registerMany(contract, ids - 1, 'user');
  const of = async (path: string, member: string): Promise<string> =>
    (await system.operator.get<{ items: Record<string, string>[] }>(path)).items[0]![member]!;
  const invoice = await of('/invoices', 'number');
  const { nextCursor } = await system.operator.get<{ nextCursor: string }>(
    `/contracts/${contract}/ids?limit=200`,
  );
  const at = `/contracts/${contract}`;
  const pages: readonly (readonly [string, string])[] = [
    ['overview', at],
    ['IDs', `${at}/ids`],
    ['IDs, further on', `${at}/ids?cursor=${encodeURIComponent(nextCursor)}`],
    ['IDs, one looked for', `${at}/ids?externalId=user77@`],
    ['IDs that are suspended', `${at}/ids?status=suspended`],
    ['an ID', `${at}/ids/${account}`],
    ['imports', `${at}/imports`],
    ['plan', `${at}/plan`],
    ['billing', `${at}/billing`],
    ['usage by account', `${at}/usage/${month}`],
    ['history', `${at}/history`],
    ['people', `${at}/people`],
    ['to do', '/todo'],
    ['contracts', '/contracts'],
    ['runs', '/runs'],
    ['invoices', '/invoices'],
    ['invoices of a party', `/invoices?${new URLSearchParams({ party: '試験' })}`],
    ['an invoice', `/invoices/${invoice}`],
    ['evidence', `/invoices/${invoice}/lines/2`],
    ['corrections', '/corrections'],
    ['exports', '/exports'],
    ['audit', '/audit'],
    ['audit of a contract', `/audit?contract=${contract}`],
    ['as of', `/audit/as-of?contract=${contract}&asOf=2024-06-01`],
    ['mails', '/mails'],
    ['settings', '/settings'],
  ];
  return { contract, pages };
}

/** So many months after November 2023. */
const monthAt = (n: number): string => new Date(Date.UTC(2023, 10 + n, 1)).toISOString().slice(0, 7);

/** @returns the cookie of the first operator, who has said why the contract's users are opened. */
async function signedIn({ operator, url }: System, contract: string): Promise<string> {
  const { token } = await operator.as('').post<{ token: string }>('/sign-in/key', { key: OPERATOR_KEY });
  const me = await operator
    .as(token)
    .post<{ token: string }>('/me', { name: '計測', email: 'bench@operator.example' });
  await operator.as(me.token).post(`/contracts/${contract}/openings`, { reason: '計測' });
  return `smartkey_${new URL(url).port}=${me.token}`;
}

async function fetched(
  url: string,
  cookie: string,
  name: string,
): Promise<{ readonly millis: number; readonly bytes: number }> {
  const started = performance.now();
  const answer = await fetch(url, { headers: { cookie, 'accept-language': 'ja' }, redirect: 'manual' });
  const text = await answer.text();
  const millis = performance.now() - started;
  if (answer.status !== 200) throw new Error(`the page "${name}" was answered ${answer.status}`);
  return { millis, bytes: Buffer.byteLength(text) };
}
