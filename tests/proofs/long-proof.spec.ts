import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeLongBundle } from './long-bundle.fixture.ts';
import { NOW, policyText } from './story.fixture.ts';

const run = promisify(execFile);
const TOOL = join(import.meta.dirname, '../../tools/verify-proof.mjs');
/** `npm run verify:long -- proof` says a million. */
const SUCCESSES = Number(process.env['LONG_PROOF'] ?? 3_000);
/** What one pass may hold besides, however long the proof is. */
const MOST_MORE = 64;

/** The verifier, as a process of its own that says what it took. */
const PROGRAM = `
  const { main } = await import(process.argv[1]);
  const code = await main(process.argv.slice(2), (line) => console.log(line));
  const { maxRSS, userCPUTime } = process.resourceUsage();
  console.log(JSON.stringify({ code, mebibytes: Math.round(maxRSS / 1024), seconds: process.uptime(), processor: userCPUTime / 1e6 }));
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-long-proof-'));
  await writeFile(join(folder, 'policy'), policyText());
});
afterAll(() => rm(folder, { recursive: true }));

async function verified(successes: number) {
  const bundle = join(folder, `${successes}.ndjson`);
  const { total } = await writeLongBundle(bundle, successes);
  const args = ['--policy', join(folder, 'policy'), '--now', NOW, bundle];
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', TOOL, ...args]);
  const lines = stdout.trim().split('\n');
  const took = JSON.parse(lines.at(-1)!) as { readonly code: number; readonly mebibytes: number };
  const { size } = await stat(bundle);
  return { ...took, verdict: lines[0]!, total, bytes: size };
}

it('a long proof is PROVED in one pass, in memory that does not grow with it', async () => {
  const [short, long] = [await verified(SUCCESSES / 10), await verified(SUCCESSES)];
  for (const { code, verdict, total } of [short, long]) {
    expect(verdict).toContain(`PROVED SK-000000003: ${total} yen, derived again from`);
    expect(code).toBe(0);
  }
  expect(long.mebibytes - short.mebibytes).toBeLessThan(MOST_MORE);
  if (process.env['LONG_PROOF'] !== undefined)
    process.stderr.write(`${JSON.stringify({ successes: SUCCESSES, short, long }, undefined, 2)}\n`);
}, 3_600_000);
