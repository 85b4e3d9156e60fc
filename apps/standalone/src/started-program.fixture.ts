import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@smartkey/testing';
import { NODE_FLAGS } from '@smartkey/testing/end-to-end';

export const ROOT = join(import.meta.dirname, '../../..');
export const KEY = 'operator-key-of-a-test';

/** The program as its users start it: compiled, in a process of its own. */
export function start(variables: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...NODE_FLAGS, join(ROOT, 'apps/standalone/dist/main.js')], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], PORT: '0', SMARTKEY_OPERATOR_KEY: KEY, ...variables },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return {
    ended,
    /** Resolves with the URL, or with nothing where the program ends without one. */
    url: async () => {
      await until(() => stdout.includes('\n') || child.exitCode !== null);
      return stdout.split('\n', 1)[0]!;
    },
    /** Once it has logged that. */
    logged: async (text: string) => {
      await until(() => stderr.includes(text) || child.exitCode !== null);
    },
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: () => child.kill('SIGKILL'),
  };
}
