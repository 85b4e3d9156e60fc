import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ownFolder, PostgresServer, removeFolder, runAmongServers } from '@smartkey/servers';
import { OPERATOR_KEY, Steps, System } from '@smartkey/testing/end-to-end';
import type { LoopReading } from './loop-probe.ts';
import { populate, POPULATED, UNLIMITED } from './populated.ts';
import { worstInputs, type DocumentJson, type WorstInput } from './worst-inputs.ts';

/**
 * `npm run loop-delay -- [--ids=10000] [--only=<part of a path>]`: drives every operation of `npm start` with its worst inputs and
 * measures for how long each holds the event loop, on a PostgreSQL server, since the embedded database computes in the same process.
 * Fails where one holds it for more than 50 ms of own work: of the least of several tries, and never more than the processor time.
 */
const MOST_MILLIS = 50;
const TRIES = 5;
/** What a request sets going goes on behind its answer: looked at in spells, until one is quiet or for so long. */
const SPELL = 100;
const AFTERWARDS = 20_000;

const { values } = parseArgs({
  options: { ids: { type: 'string', default: '10000' }, only: { type: 'string', default: '' } },
});

const read = (socket: string): Promise<LoopReading> =>
  new Promise((resolve, reject) => {
    request({ socketPath: socket }, (answer) => resolve(json(answer) as Promise<LoopReading>))
      .on('error', reject)
      .end();
  });

/**
 * @param millis how long to look at most.
 * @returns the longest that the event loop stood still, at most the processor time of the spell in which it did.
 */
async function longestUntilQuiet(socket: string, millis = AFTERWARDS): Promise<number> {
  let longest = 0;
  for (let looked = 0; looked < millis; looked += SPELL) {
    await pause(SPELL);
    const reading = await read(socket);
    longest = Math.max(longest, Math.min(reading.longest, reading.processor));
    if (reading.processor < SPELL / 4) break;
  }
  return longest;
}

/** @returns the status, or 0 where the connection was closed over a body that was refused before its end. */
async function send(url: string, key: string, input: WorstInput): Promise<number> {
  const answer = await fetch(`${url}${input.path}`, {
    method: input.method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(input.contentType !== undefined && { 'content-type': input.contentType }),
      ...(input.accept !== undefined && { accept: input.accept }),
    },
    ...(input.body !== undefined && { body: input.body }),
  }).catch((error: unknown) => {
    if (input.body === undefined) throw error;
  });
  if (answer === undefined) return 0;
  await answer.arrayBuffer();
  return answer.status;
}

interface Measured {
  readonly input: WorstInput;
  readonly status: number;
  readonly millis: number;
}

async function measure(system: System, socket: string, key: string, input: WorstInput): Promise<Measured> {
  let least = Infinity;
  let status = 0;
  for (let attempt = 0; attempt < TRIES && least > MOST_MILLIS; attempt += 1) {
    // What was set going before has come to an end, which may take minutes for a large file.
    await longestUntilQuiet(socket, 600_000);
    status = await send(system.url, key, input);
    least = Math.min(least, await longestUntilQuiet(socket));
  }
  return { input, status, millis: least };
}

const told = ({ input, status, millis }: Measured): string =>
  `${millis.toFixed(1).padStart(7)} ms  ${input.method} ${decodeURIComponent(input.path).slice(0, 100)} (${input.about}): ${status}`;

await runAmongServers(async () => {
  const folder = await ownFolder('smartkey-loop-');
  const postgres = await PostgresServer.start(join(folder, 'postgres'));
  const socket = join(folder, 'probe');
  const system = await System.start({
    ...POPULATED,
    ...UNLIMITED,
    DATABASE_URL: postgres.url,
    LOOP_PROBE: socket,
    NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'loop-probe.js')).href}`,
  });
  try {
    const { keys, named } = await populate(system, OPERATOR_KEY);
    await new Steps(system.operator).registerMany(named['id']![0]!, Number(values.ids), 'many-');
    const document = (await (await fetch(`${system.url}/openapi.json`)).json()) as DocumentJson;
    const all: Measured[] = [];
    const inputs = [...worstInputs(document, named)].filter(({ path }) => path.includes(values.only));
    // Files last: the rows of one that is taken in are worked off for a while.
    inputs.sort((a, b) => Number(a.contentType === 'text/csv') - Number(b.contentType === 'text/csv'));
    for (const input of inputs) {
      const measured = await measure(system, socket, keys.operator, input);
      if (measured.millis > MOST_MILLIS) process.stdout.write(`over  ${told(measured)}\n`);
      all.push(measured);
    }
    all.sort((a, b) => b.millis - a.millis);
    process.stdout.write(`the longest of ${all.length}:\n${all.slice(0, 10).map(told).join('\n')}\n`);
    const over = all.filter(({ millis }) => millis > MOST_MILLIS);
    const failed = all.filter(({ status }) => status >= 500);
    for (const each of failed) process.stdout.write(`failed  ${told(each)}\n`);
    process.stdout.write(
      `loop-delay: ${all.length} requests, ${over.length} over ${MOST_MILLIS} ms, ${failed.length} answered by 5xx\n`,
    );
    return over.length + failed.length > 0 ? 1 : 0;
  } finally {
    await system.dispose();
    await postgres.stop();
    await removeFolder(folder);
  }
});
