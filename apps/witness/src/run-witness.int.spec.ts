import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@smartkey/testing';
import { runWitness, witnessKey, witnessSettings } from './run-witness.ts';

const MAIN = join(import.meta.dirname, '../dist/main.js');

describe('the program that runs a witness', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-witness-program-'));
    env = {
      PORT: '0',
      SMARTKEY_LOG_LEVEL: 'silent',
      SMARTKEY_WITNESS_NAME: 'witness.example/w1',
      SMARTKEY_WITNESS_DIR: join(folder, 'state'),
      SMARTKEY_WITNESS_LOGS: join(folder, 'logs.txt'),
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const started = (words: readonly string[] = []) => {
    const child = spawn(process.execPath, [MAIN, ...words], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const told = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (told.out += String(chunk)));
    child.stderr.on('data', (chunk) => (told.err += String(chunk)));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...told }));
    return { child, told, ended };
  };

  it('begins with a key of its own, says it, and ends in order; a state that was lost in part is named', async () => {
    const { child, told, ended } = started();
    await until(() => told.out.includes('The key of this witness'));
    const [url] = told.out.split('\n');
    const key = await witnessKey(env);
    expect(await (await fetch(`${url}/key`)).text()).toBe(`${key}\n`);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, err: '' });

    expect(await started(['key']).ended).toEqual({ code: 0, out: `${key}\n`, err: '' });
    await rm(join(folder, 'state', 'seen.json'));
    expect(await started().ended).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^seen\.json of the witness is gone: .* under a new name/),
    });
  });

  it('is ready only where it can read which logs it looks at', async () => {
    await writeFile(env['SMARTKEY_WITNESS_LOGS']!, '# none yet\n');
    const running = await runWitness({ ...env, SMARTKEY_WITNESS_LOGS: folder });
    expect((await fetch(`${running.url}/health/ready`)).status).toBe(503);
    await running.stop();
    expect(await readFile(join(folder, 'state', 'seen.json'), 'utf8')).toBe('{}');
  });

  it.each(['SMARTKEY_WITNESS_NAME', 'SMARTKEY_WITNESS_DIR', 'SMARTKEY_WITNESS_LOGS'])(
    'does not start without %s',
    (name) => {
      const { [name]: _, ...others } = env;
      expect(() => witnessSettings(others)).toThrow(`${name} must name`);
    },
  );
});
