import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enterpriseQuote, NODE_FLAGS, ROOT } from '@smartkey/testing/end-to-end';
import type { Begin, Stage } from './stage.fixture.ts';

const run = promisify(execFile);

interface Ran {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly notes: string;
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

interface Replayed {
  readonly service: string;
  readonly projection: string;
  readonly same: boolean;
}

/** January of a year: audits of the data on which the whole system runs, and which are written to meanwhile. */
export const auditsBeside = (
  begin: Begin,
  year: number,
  settings: () => Promise<Readonly<Record<string, string>>>,
): void =>
  describe('audits beside the running system', () => {
    const month = `${year}-01`;
    let stage: Stage;
    let contract: string;
    let number: string;
    let stop: () => Promise<number>;

    const cli = async (...words: string[]): Promise<Ran> => {
      const env = { PATH: process.env['PATH'], ...(await settings()) };
      // What an audit finds makes it end otherwise; it says all the same what it was.
      const { stdout, stderr } = await run(
        process.execPath,
        [...NODE_FLAGS, join(ROOT, 'apps/cli/dist/main.js'), ...words],
        { env, maxBuffer: 64 * 1024 * 1024 },
      ).catch((error: Error & Partial<Said>) => {
        if (error.stdout === undefined || error.stdout === '') throw error;
        return { stdout: error.stdout, stderr: error.stderr ?? '' };
      });
      const lines = stdout.split('\n').filter((line) => line !== '');
      return { lines: lines.map((line) => JSON.parse(line) as Ran['lines'][number]), notes: stderr };
    };

    beforeAll(async () => {
      stage = await begin(`${year - 1}-12-31T15:00:00Z`);
      const { steps } = stage;
      contract = await steps.accepted('enterprise', `${month}-01`, enterpriseQuote(month));
      await steps.register(contract, 'audited');
      await steps.setClock(`${year}-02-01T00:00:00+09:00`);
      expect((await steps.close(month)).state).toBe('completed');
      const [invoice] = await steps.invoices(contract, month);
      number = invoice!.number;
      let writing = true;
      const written = (async () => {
        let count = 0;
        for (; writing; count += 1) await steps.register(contract, `beside-${count}`);
        return count;
      })();
      stop = () => {
        writing = false;
        return written;
      };
    }, 240_000);
    afterAll(async () => {
      await stop?.();
      await stage?.clear();
    });

    it('every projection, made once more as far as the one that serves has read, is the same', async () => {
      const { lines, notes } = await cli('audit', 'replay');
      const replays = lines as unknown as readonly Replayed[];
      expect(replays.length).toBeGreaterThan(8);
      expect(replays.filter(({ same }) => !same)).toEqual([]);
      for (const { service, projection } of replays)
        expect(notes).toMatch(new RegExp(`${service} ${projection}: \\d+ messages in `));
    }, 240_000);

    it('a month has all of its documents', async () => {
      const { lines } = await cli('audit', 'month', month);
      expect(lines.at(-1)).toMatchObject({ type: 'month', month, complete: true, faults: [] });
      expect(lines.find((line) => line['number'] === number)).toMatchObject({ type: 'document', contract });
    });

    it('a contract has its history, as of a time and as it was known', async () => {
      // Before what is written meanwhile: business time stands still in the sandbox.
      const until = `${month}-31T23:59:59+09:00`;
      const { lines } = await cli('audit', 'contract', contract, '--as-of', until, '--known-at', until);
      const types = lines.map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['ContractAccepted', 'IdRegistered']));
      const registered = lines.filter(({ type }) => type === 'IdRegistered');
      expect(registered).toMatchObject([{ data: { externalId: 'audited' } }]);
      expect(await stop()).toBeGreaterThan(0);
    });
  });
