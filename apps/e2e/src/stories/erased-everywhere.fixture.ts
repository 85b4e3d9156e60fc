import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPostgres } from '@smartkey/database';
import { untilSeen } from '@smartkey/testing';
import { enterpriseQuote } from '@smartkey/testing/end-to-end';
import { sayingOf } from './saying.fixture.ts';
import type { Begin, Stage } from './stage.fixture.ts';

const NAME = 'NaishoNoHito';
const MAIL = `${NAME}@example.jp`;
const SHOWN = '内緒花子';
const OTHER = 'SonomamaNoHito';
const saying = sayingOf([NAME, SHOWN]);
/** Erasures go on behind the answer: the bus, kept answers (milliseconds). */
const PATIENCE_SECONDS = 90;

/** Where else than in tables something may lie: topics, files, what programs said, logs of another store. */
export type OtherPlaces = () => Promise<Iterable<readonly [place: string, content: string | Buffer]>>;

export interface Lying {
  readonly databaseUrl: () => string | Promise<string>;
  readonly places: OtherPlaces;
  /** Days behind an end after which personal data go by themselves, where that is set. */
  readonly eraseAfterDays?: number;
}

/** Every row of every table, as text. */
async function* rowsOf(url: string): AsyncGenerator<readonly [table: string, row: string]> {
  const server = await openPostgres(url);
  try {
    const catalogue = await server.database('public');
    const tables = await catalogue.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(30);
    for (const { name } of tables)
      for (const { row } of await catalogue.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`))
        yield [name, row];
  } finally {
    await server.close();
  }
}

/** July of a year, where nobody else plays: one ID is erased, another one stays. */
export const erasedEverywhere = (begin: Begin, year: number, lying: Lying): void =>
  describe('an erasure, wherever personal data may lie', () => {
    let stage: Stage;
    let contract: string;
    let account: string;
    let number: string;
    const month = `${year}-07`;
    const at = (path: string): string => `/contracts/${contract}${path}`;
    const statement = async (): Promise<string> =>
      String((await stage.operator.call<string>('GET', `/invoices/${number}/statement.csv`)).body);
    const erase = (rid: string) =>
      stage.operator.call<{ code: string; erasedAt: string }>('DELETE', at(`/ids/${rid}/personal-data`));

    beforeAll(async () => {
      stage = await begin(`${year}-06-30T15:00:00Z`);
      const { steps, operator } = stage;
      contract = await steps.accepted('enterprise', `${year}-07-01`, enterpriseQuote(month));
      account = await steps.register(contract, MAIL, { displayName: SHOWN });
      await steps.register(contract, OTHER);
      const phone = await steps.enrol(contract, account, { deviceName: SHOWN });
      await steps.setClock(`${year}-07-10T00:00:00Z`);
      const code = phone.codeAt(await steps.now());
      expect(await steps.authenticate(contract, MAIL, code)).toMatchObject({ result: 'success' });
      expect(await erase(account)).toMatchObject({ status: 409, body: { code: 'still-registered' } });
      await operator.delete(at(`/ids/${account}?reason=${encodeURIComponent(SHOWN)}`));
      await steps.setClock(`${year}-07-31T15:00:00Z`);
      await steps.close(month);
      ({ number } = (await steps.invoices(contract, month))[0]!);
      await steps.until(statement, (text) => text.includes(MAIL));
    }, 180_000);
    afterAll(() => stage?.clear());

    it('waits while a legal hold is set, and shows 消去済 then', async () => {
      const { operator, steps } = stage;
      await operator.put(at(`/ids/${account}/legal-hold`), { reason: '訴訟' });
      expect(await erase(account)).toMatchObject({ status: 409, body: { code: 'legal-hold' } });
      await operator.delete(at(`/ids/${account}/legal-hold?reason=${encodeURIComponent('終結')}`));
      expect((await erase(account)).body.erasedAt).toBe(`${year}-07-31T15:00:00.000Z`);
      // Each instance that may answer has heard of it.
      await steps.until(
        () => Promise.all(Array.from({ length: 4 }, statement)),
        (texts) => texts.every((text) => text.includes('消去済') && saying(text).length === 0),
      );
      expect(await statement()).toContain(OTHER);
      expect(saying(await statement())).toEqual([]);
      const { items } = await operator.get<{ items: { externalId: string }[] }>(at('/ids?limit=200'));
      expect(items.map(({ externalId }) => externalId).sort()).toEqual([OTHER, '[erased]'].sort());
    });

    it('leaves the name in no table, topic, file or line of any program', async () => {
      const found = async (): Promise<readonly string[]> => {
        const tables: string[] = [];
        for await (const [table, row] of rowsOf(await lying.databaseUrl()))
          if (saying(row).length > 0) tables.push(table);
        return tables;
      };
      await untilSeen(found, ({ length }) => length === 0, { seconds: PATIENCE_SECONDS });
      let places = 0;
      for (const [place, content] of await lying.places()) {
        places += 1;
        expect({ place, saying: saying(content) }).toEqual({ place, saying: [] });
      }
      expect(places).toBeGreaterThan(0);
    }, 180_000);

    it('changes no document and no proof; the recipient stays, and the external id is another account', async () => {
      const { operator, steps } = stage;
      expect(await operator.post(`/invoices/${number}/verification`)).toEqual({ identical: true });
      const [invoice] = await steps.invoices(contract, month);
      expect(invoice).toMatchObject({ recipient: { name: expect.stringMatching(/./) } });
      expect(await operator.post('/audit/verification', {})).toMatchObject({ sound: true });
      expect(await steps.register(contract, MAIL)).not.toBe(account);
    });

    if (lying.eraseAfterDays !== undefined)
      it('comes by itself once so many days are over behind an end', async () => {
        const { operator, steps } = stage;
        const { items } = await operator.get<{ items: { id: string }[] }>(at(`/ids?externalId=${OTHER}`));
        const other = items[0]!.id;
        await operator.delete(at(`/ids/${other}`));
        const ended = Date.parse(`${year}-07-31T15:00:00Z`);
        const daysLater = (days: number): string => new Date(ended + days * 86_400_000).toISOString();
        const erasedAt = async (): Promise<string | undefined> =>
          (await operator.get<{ erasedAt?: string }>(at(`/ids/${other}`))).erasedAt;
        await steps.setClock(daysLater(lying.eraseAfterDays!));
        await pause(2_000);
        expect(await erasedAt()).toBeUndefined();
        await steps.setClock(daysLater(lying.eraseAfterDays! + 1));
        await steps.until(erasedAt, (at) => at !== undefined, 60);
      });
  });
