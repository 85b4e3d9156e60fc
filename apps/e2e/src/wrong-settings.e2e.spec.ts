import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** Every program that people start, beside those of the services, which tests of their own try. */
const PROGRAMS: readonly (readonly [
  words: string,
  settings: Readonly<Record<string, string>>,
  names: RegExp,
])[] = [
  ['apps/standalone/dist/main.js', {}, /^SMARTKEY_LOG_LEVEL /],
  ['apps/cluster/dist/main.js', {}, /^SMARTKEY_LOG_LEVEL /],
  [
    'apps/cluster/dist/main.js',
    { SMARTKEY_LOG_LEVEL: 'warn', SMARTKEY_CLUSTER_BROKERS: '0' },
    /^SMARTKEY_CLUSTER_BROKERS /,
  ],
  ['apps/cluster/dist/main.js demo', {}, /^SMARTKEY_LOG_LEVEL /],
  ['apps/demo/dist/main.js', {}, /SMARTKEY_LOG_LEVEL /],
  ['apps/demo/dist/main.js', { SMARTKEY_URL: 'http://127.0.0.1:1' }, /^SMARTKEY_OPERATOR_KEY /],
  ['apps/e2e/dist/chaos/main.js many', {}, /^rounds /],
  ['apps/e2e/dist/chaos/main.js --brokers many', {}, /^--brokers /],
  ['apps/e2e/dist/chaos/main.js --broker 3', {}, /--broker/],
  ['apps/e2e/dist/crash/main.js many', {}, /^kills /],
  ['apps/e2e/dist/false-alarms/main.js many', {}, /^rounds /],
  ['apps/e2e/dist/false-alarms/main.js 10001', {}, /^rounds .* up to 10000/],
  ['apps/e2e/dist/timing/main.js --pairs=many', {}, /^--pairs /],
  ['apps/e2e/dist/any-late-facts/main.js many', {}, /^histories /],
  ['apps/e2e/dist/drill/main.js none', {}, /^stories there is none called none: /],
];

describe('a setting that cannot be used ends a program with one sentence that names it, and no stack', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-wrong-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(PROGRAMS)('%s %j', (words, settings, names) => {
    const [main, ...rest] = words.split(' ');
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, main!), ...rest], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 50_000,
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        SMARTKEY_DATA_DIR: join(folder, 'data'),
        SMARTKEY_LOG_LEVEL: 'loud',
        ...settings,
      },
    });
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(names)]);
    expect(status).toBe(1);
  });
});
