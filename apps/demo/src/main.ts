import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '@smartkey/api-client';
import { closedFolder } from '@smartkey/files';
import { ConfigurationError } from '@smartkey/configuration';
import { runToItsEnd } from '@smartkey/runtime';
import { Program } from '@smartkey/testing/end-to-end';
import { FOLDERS, leaveDocuments } from './documents.ts';
import { Office } from './office.ts';
import { liveThroughTheStory, STORY_BEGINS } from './story.ts';
import { invoiceTable, table } from './tables.ts';

/*
 * Drives two billing months through the public surface and leaves the documents in out/. Runs on a system of its own in a
 * new data folder, or, with SMARTKEY_URL and SMARTKEY_OPERATOR_KEY, on one that is running with the sandbox clock.
 */
const out = join(process.cwd(), 'out');
const print = (text: string): void => void process.stdout.write(`${text}\n`);

let reported = '';
const progress = (what: string, done: number, total: number): void => {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 10) * 10;
  const line = `    ${what}: ${done} of ${total}`;
  const key = `${what} ${percent}`;
  if (key === reported || (percent % 50 !== 0 && !process.stdout.isTTY)) return;
  reported = key;
  print(line);
};

async function system(): Promise<{ url: string; key: string; stop(): Promise<void> }> {
  const { SMARTKEY_URL: url, SMARTKEY_OPERATOR_KEY: key } = process.env;
  if (url !== undefined) {
    if (key === undefined)
      throw new ConfigurationError('SMARTKEY_OPERATOR_KEY', 'must be set where SMARTKEY_URL is');
    return { url, key, stop: async () => {} };
  }
  const data = join(out, 'data');
  await rm(out, { recursive: true, force: true });
  const operatorKey = 'demo-operator-key-of-a-throw-away-system';
  const system = new Program(
    'apps/standalone/dist/main.js',
    {
      ...process.env,
      PORT: '0',
      SMARTKEY_DATA_DIR: data,
      SMARTKEY_OPERATOR_KEY: operatorKey,
      SMARTKEY_CLOCK: 'sandbox',
      SMARTKEY_CLOCK_START: STORY_BEGINS,
      SMARTKEY_ISSUER_NAME: process.env['SMARTKEY_ISSUER_NAME'] ?? '株式会社見本インターネット',
      SMARTKEY_ISSUER_REGISTRATION_NUMBER:
        process.env['SMARTKEY_ISSUER_REGISTRATION_NUMBER'] ?? 'T7123456789012',
      SMARTKEY_LOG_LEVEL: process.env['SMARTKEY_LOG_LEVEL'] ?? 'warn',
    },
    data,
  );
  await system.resume();
  const stop = async (): Promise<void> => {
    const code = await system.stop();
    if (code !== 0) throw new Error(`the system ended with ${code}:\n${system.errors}`);
  };
  return { url: system.url, key: operatorKey, stop };
}

async function demo(): Promise<void> {
  const started = Date.now();
  print('SmartKey management service: two billing months in one go\n');
  const { url, key, stop } = await system();
  try {
    // The documents hold names of people, so the folder is closed. Run by root, PostgreSQL is another user, who must reach its own folder in it.
    await closedFolder(out, {
      mode: process.getuid?.() === 0 ? 0o711 : 0o700,
      marks: ['data', 'cluster', ...FOLDERS],
      warn: print,
    });
    const operator = new ApiClient(url, key);
    const end = await liveThroughTheStory(new Office(operator, progress), print);
    const invoices = await leaveDocuments(operator, out, end);
    print('\nInvoices\n');
    for (const invoice of invoices) print(invoiceTable(invoice));
    const denied = Object.entries(end.denials).map(([reason, count]) => [`denied: ${reason}`, String(count)]);
    print(table(['sign-ins', 'count'], [['success', String(end.successes)], ...denied], ['count']));
    print(
      `\n${invoices.length} invoices (PDF, CSV, XML, JSON), usage statements and exports are in out/ (${Math.round((Date.now() - started) / 1000)} s)`,
    );
  } finally {
    await stop();
  }
}

await runToItsEnd(demo);
