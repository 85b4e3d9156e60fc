import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { descendantsOf, killWhole } from '@smartkey/servers';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
let dataDir: string;
let child: ChildProcess | undefined;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `npm start` as people run it; `ready` answers the URL, or `undefined` where it ended before. */
function npmStart(env: Readonly<Record<string, string>>): {
  ready: Promise<string | undefined>;
  ended: Promise<Ended>;
} {
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env: { ...process.env, SMARTKEY_DATA_DIR: dataDir, PORT: '0', SMARTKEY_LOG_LEVEL: 'fatal', ...env },
  });
  child = npm;
  let [out, err] = ['', ''];
  const ready = new Promise<string | undefined>((resolve) => {
    npm.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const url = /^http:\S+$/m.exec(out);
      if (url !== null) resolve(url[0]);
    });
    npm.once('close', () => resolve(undefined));
  });
  npm.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return { ready, ended: new Promise((resolve) => npm.once('close', (code) => resolve({ code, out, err }))) };
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'smartkey-start-'));
});
afterEach(async () => {
  // Where a test has failed: npm, and the program under it, which writes to the folder.
  if (child?.exitCode === null && child.signalCode === null)
    await Promise.all([child.pid!, ...descendantsOf(child.pid!)].map(killWhole));
  await rm(dataDir, { recursive: true });
});

describe('npm start', () => {
  it('prints its URL when it is ready, and on SIGTERM to npm the whole program ends cleanly', async () => {
    const { ready, ended } = npmStart({ SMARTKEY_OPERATOR_KEY: 'test' });
    const url = await ready;
    const answer = await fetch(`${url}/v1/contracts`, { headers: { authorization: 'Bearer test' } });
    expect(await answer.json()).toEqual({ items: [], nextCursor: null });

    child!.kill('SIGTERM');
    const { out } = await ended;
    expect(out.trim().split('\n').slice(-2)).toEqual([
      url,
      `Portal: ${url!.replace('127.0.0.1', 'localhost')}/portal`,
    ]);
    // The program itself has ended, not only npm: it let go of the folder and of the port.
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it('ends with a sentence that names the setting that cannot be used', async () => {
    const { ready, ended } = npmStart({ PORT: 'three thousand' });
    expect(await ready).toBeUndefined();
    const { code, err } = await ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^PORT must be a whole number/m);
    expect(err).not.toMatch(/^\s+at /m);
  });
});
