import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readable } from '@smartkey/lifecycle';
import { until } from '@smartkey/testing';

const SERVERS = new URL('../dist/index.js', import.meta.url).href;

/** A long program with a server, a child that nobody stops by a mere SIGTERM, and a folder. */
const PROGRAM = `
  import { spawn } from 'node:child_process';
  import { join } from 'node:path';
  import { ownFolder, ownProcess, PostgresServer, runAmongServers } from '${SERVERS}';
  await runAmongServers(async () => {
    const folder = await ownFolder('smartkey-own-');
    const stubborn = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);";
    const parent = "require('node:child_process').spawn(process.execPath, ['-e', " + JSON.stringify(stubborn) + ", process.argv[1]], { detached: true });";
    ownProcess(spawn(process.execPath, ['-e', parent + stubborn, folder]));
    await PostgresServer.start(join(folder, 'postgres'));
    console.log('ready');
    if (process.argv[1] === 'ends') return 7;
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });`;

describe('a long program that starts servers', () => {
  let folder: string;
  let program: ChildProcess;
  let said: string;
  let words: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'smartkey-owner-'));
    // Run by root, PostgreSQL is another user.
    chmodSync(folder, 0o711);
  });
  afterEach(() => {
    program.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const begun = (...words_: readonly string[]): void => {
    program = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, ...words_], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    said = '';
    words = '';
    program.stdout!.on('data', (chunk: Buffer) => (said += String(chunk)));
    program.stderr!.on('data', (chunk: Buffer) => (words += String(chunk)));
  };
  /** Processes that were told of the folder. */
  const left = (): readonly string[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== program.pid)
      .map((pid) => readable(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1'), 'ENOENT', 'ESRCH') ?? '')
      .filter((line) => line.includes(folder));

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('that is ended by %s, and by a second one, leaves nothing behind', async (signal, code) => {
    begun('stays');
    await until(() => said.includes('ready') || words !== '');
    expect([words, left().length > 2]).toEqual(['', true]);
    program.kill(signal);
    program.kill(signal);
    expect(await once(program, 'exit')).toEqual([code, null]);
    expect([left(), readdirSync(folder)]).toEqual([[], []]);
  });

  it('that is ended in the middle of a start leaves nothing behind', async () => {
    begun('stays');
    await until(() => left().some((line) => line.includes('initdb')));
    program.kill('SIGTERM');
    expect(await once(program, 'exit')).toEqual([143, null]);
    expect([left(), readdirSync(folder)]).toEqual([[], []]);
  });

  it('that comes to its end leaves nothing behind', async () => {
    begun('ends');
    expect(await once(program, 'exit')).toEqual([7, null]);
    expect([left(), readdirSync(folder)]).toEqual([[], []]);
  });
});
