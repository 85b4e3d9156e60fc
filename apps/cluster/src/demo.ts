import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startCluster } from './cluster.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** When the demo's story begins. */
const STORY_BEGINS = '2023-12-25T00:00:00Z';

/** Lives through the demo's two months on a cluster of its own, with new data. @returns the demo's exit code. */
export async function runDemo(): Promise<number> {
  const data = join(process.cwd(), 'out/cluster');
  await rm(data, { recursive: true, force: true });
  const cluster = await startCluster({
    // The issuer of the embedded demo.
    SMARTKEY_ISSUER_NAME: '株式会社見本インターネット',
    SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
    SMARTKEY_LOG_LEVEL: 'warn',
    ...process.env,
    PORT: '0',
    SMARTKEY_DATA_DIR: data,
    SMARTKEY_CLOCK: 'sandbox',
    SMARTKEY_CLOCK_START: STORY_BEGINS,
  });
  try {
    process.stdout.write(`${cluster.url} (Kafka at ${cluster.brokers})\n`);
    const demo = spawn(process.execPath, [join(ROOT, 'apps/demo/dist/main.js')], {
      stdio: 'inherit',
      env: { ...process.env, SMARTKEY_URL: cluster.url, SMARTKEY_OPERATOR_KEY: cluster.operatorKey },
    });
    const [code] = (await once(demo, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await cluster.stop();
  }
}
