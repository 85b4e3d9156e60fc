import { parseArgs } from 'node:util';
import { runAmongServers } from '@smartkey/servers';
import { System } from '@smartkey/testing/end-to-end';
import { count } from '../count.ts';
import { POPULATED, UNLIMITED } from '../surface/populated.ts';
import { cases, type Pair, type Sent } from './cases.ts';
import { compare, type Comparison } from './paired.ts';

/**
 * `npm run timing -- [--pairs=500] [--only=<part of a name>]`: measures interleaved pairs of requests that a caller must not tell apart
 * (foreign and unknown, deregistered and never registered) on `npm start`, and fails where the time that an answer takes tells them.
 */
const SETTLED = 40;
/** A difference counts where chance makes one as large less than once in a hundred thousand times, and it is one to speak of. */
const Z = 4.5;
const MILLIS = 0.2;

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '500' }, only: { type: 'string', default: '' } },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns milliseconds from the request to the end of its answer. */
async function timed(url: string, key: string, { method, path, body, status }: Sent): Promise<number> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const begun = performance.now();
  const answer = await fetch(`${url}/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const millis = performance.now() - begun;
  if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status} ${text}`);
  return millis;
}

async function measure(url: string, { key, one, other }: Pair, pairs: number): Promise<Comparison> {
  const ones: number[] = [];
  const others: number[] = [];
  for (let n = -SETTLED; n < pairs; n += 1) {
    const index = n + SETTLED;
    const take = async (sent: Sent, times: number[]): Promise<void> => {
      const millis = await timed(url, key, sent);
      if (n >= 0) times.push(millis);
    };
    // In turns, and in turns which of them comes first.
    if (index % 2 === 0) {
      await take(one(index), ones);
      await take(other(index), others);
    } else {
      await take(other(index), others);
      await take(one(index), ones);
    }
  }
  return compare(ones, others);
}

const tells = ({ z, difference }: Comparison): boolean => Math.abs(z) > Z && Math.abs(difference) > MILLIS;
const shown = ({ one, other, difference, z, pairs }: Comparison): string =>
  `${one.toFixed(2)} and ${other.toFixed(2)} ms, difference ${difference.toFixed(3)} ms, z ${z.toFixed(1)}, ${pairs} pairs`;

await runAmongServers(async () => {
  const pairs = count('--pairs', values.pairs);
  const system = await System.start({
    ...UNLIMITED,
    SMARTKEY_FAILED_AUTHENTICATIONS_BURST: '1000000',
    ...POPULATED,
  });
  try {
    const told: string[] = [];
    for (const pair of await cases(system.operator)) {
      if (!pair.name.includes(values.only)) continue;
      let found = await measure(system.url, pair, pairs);
      say(`${pair.name}: ${shown(found)}`);
      if (tells(found)) {
        // Once more, and longer: what was chance is gone then.
        found = await measure(system.url, pair, 3 * pairs);
        say(`  again: ${shown(found)}`);
      }
      if (tells(found)) told.push(pair.name);
    }
    if (told.length > 0) throw new Error(`time tells: ${told.join('; ')}`);
  } finally {
    await system.dispose();
  }
});
