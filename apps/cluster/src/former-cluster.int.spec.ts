import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@smartkey/configuration';
import { pino } from 'pino';
import { clearFormerCluster } from './former-cluster.ts';

const log = pino({ level: 'silent' });

describe('a data folder in which a cluster has worked', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'smartkey-former-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** A program of the repository that runs on; the repository is the folder itself. */
  async function program(app: string, source = ''): Promise<ChildProcess> {
    const main = join(folder, `apps/${app}/dist/main.js`);
    mkdirSync(join(main, '..'), { recursive: true });
    writeFileSync(main, `${source}; setInterval(() => {}, 1000); console.log('ready')`);
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }
  const left = (pid: number | undefined, parts: Record<string, number | undefined>): void =>
    writeFileSync(
      join(folder, 'cluster.json'),
      JSON.stringify({
        pid,
        parts: Object.fromEntries(
          Object.entries(parts).map(([name, part]) => [name, { pid: part, ready: true }]),
        ),
      }),
    );
  const clear = (): Promise<void> =>
    clearFormerCluster({ dataDir: folder, root: folder, log, patienceMillis: 2_000 });
  const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

  it('is free where none has', async () => {
    await clear();
  });

  it('is refused while that cluster runs, and nothing of it is touched', async () => {
    const [cluster, billing] = [await program('cluster'), await program('billing')];
    left(cluster.pid, { 'billing 1': billing.pid });
    await expect(clear()).rejects.toThrow(ConfigurationError);
    expect([cluster, billing].map(hasEnded)).toEqual([false, false]);
  });

  it('is cleared of what a killed one has left, also of what is paused or does not listen', async () => {
    const [billing, gateway] = [
      await program('billing'),
      await program('gateway', `process.on('SIGTERM', () => {})`),
    ];
    billing.kill('SIGSTOP');
    const ends = [billing, gateway].map((child) => once(child, 'exit'));
    left(2 ** 30, { 'billing 1': billing.pid, gateway: gateway.pid, kafka: undefined });
    await clear();
    await Promise.all(ends);
    expect([billing.signalCode, gateway.signalCode]).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('leaves alone who has got the number of a former part since', async () => {
    const other = await program('contract');
    left(process.pid, { 'billing 1': other.pid, kafka: other.pid, postgres: other.pid });
    await clear();
    expect(hasEnded(other)).toBe(false);
  });
});
