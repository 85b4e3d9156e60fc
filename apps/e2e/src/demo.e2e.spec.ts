import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@smartkey/event-bus';
import { ClusterSystem, NODE_FLAGS, OPERATOR_KEY, whyNoCluster } from '@smartkey/testing/end-to-end';
import { comparableDocuments } from './documents/comparable-documents.fixture.ts';
import { readWithKcat, whyNoKcat } from './foreign-client/kcat.fixture.ts';
import { PublishedRecords } from './foreign-client/published-records.fixture.ts';

const DEMO = join(import.meta.dirname, '../../demo/dist/main.js');
const ENVIRONMENT = {
  SMARTKEY_ISSUER_NAME: '株式会社見本インターネット',
  SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
};
const run = promisify(execFile);

/** Lives through the demo's two months. @param folder where it leaves its documents, in `out`. @returns the sign-ins that it counts. */
async function liveThroughTheDemo(folder: string, system: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run(process.execPath, [...NODE_FLAGS, DEMO], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...ENVIRONMENT, ...system },
  });
  return /^ *sign-ins[^]*?(?=\n\n)/m.exec(stdout)![0];
}

const missing = whyNoCluster();
if (missing !== undefined) process.stderr.write(`left out, the demo on the cluster: ${missing}\n`);
const noKcat = whyNoKcat();
if (noKcat !== undefined) process.stderr.write(`left out, a foreign client on the topics: ${noKcat}\n`);

(missing === undefined ? describe : describe.skip)(
  'the demo’s two months, embedded and on the cluster',
  () => {
    const folders: string[] = [];
    const signIns: string[] = [];
    let cluster: ClusterSystem;
    beforeAll(async () => {
      for (const name of ['embedded', 'cluster'])
        folders.push(await mkdtemp(join(tmpdir(), `smartkey-demo-${name}-`)));
      cluster = await ClusterSystem.start({ ...ENVIRONMENT, SMARTKEY_CLOCK_START: '2023-12-25T00:00:00Z' });
      const onTheCluster = { SMARTKEY_URL: cluster.url, SMARTKEY_OPERATOR_KEY: OPERATOR_KEY };
      signIns.push(
        ...(await Promise.all([
          liveThroughTheDemo(folders[0]!),
          liveThroughTheDemo(folders[1]!, onTheCluster),
        ])),
      );
    }, 900_000);
    afterAll(async () => {
      await cluster?.dispose();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    });

    it('leave the same invoices, usage statements and exports, all but ids', async () => {
      const [embedded, distributed] = await Promise.all(
        folders.map((folder) => comparableDocuments(join(folder, 'out'))),
      );
      expect(Object.keys(embedded!).filter((name) => name.startsWith('invoice of'))).toHaveLength(8);
      expect(distributed).toEqual(embedded);
    });

    it('count the same sign-ins, and the same refused', () => {
      expect(signIns[1]).toBe(signIns[0]);
      expect(signIns[0]).toMatch(/success +4\d\d/);
    });

    (noKcat === undefined ? describe : describe.skip)(
      'read from the topics by kcat, which knows nothing of ours',
      () => {
        const types = new Set<string>();

        it.each(SERVICES)(
          '%s: every record is a CloudEvent as described, on an unbroken chain',
          async (service) => {
            const published = new PublishedRecords(service);
            const { records } = await readWithKcat(cluster.brokers, `smartkey.${service}`);
            expect(published.faultsOf(records)).toEqual([]);
            expect(published.types).toContain('Watermark');
            for (const type of published.types) types.add(type);
          },
        );

        it('what was lived through is there', () => {
          expect([...types]).toEqual(
            expect.arrayContaining([
              'ContractAccepted',
              'PriceQuoted',
              'PlanChanged',
              'CancellationNotified',
              'ContractTerminated',
              'IdRegistered',
              'IdDeregistered',
              'DeviceEnrolled',
              'AuthSucceeded',
              'InvoiceIssued',
              'MonthClosed',
            ]),
          );
        });

        it.each(SERVICES)('%s: nobody’s id, name or address is among the bytes', async (service) => {
          const { text, records } = await readWithKcat(cluster.brokers, `smartkey.${service}`);
          // Both as kcat prints it and as it reads, whatever way text is escaped in.
          const said =
            text + JSON.stringify(records.map((record) => record.payload && JSON.parse(record.payload)));
          // The company on a tax document is not among them: it is published, for billing to write to.
          expect(['社員', 'keiri@'].filter((each) => said.includes(each))).toEqual([]);
          expect(said.match(/\b[SCDH]\d{4}\b/)).toBeNull();
        });
      },
    );
  },
);
