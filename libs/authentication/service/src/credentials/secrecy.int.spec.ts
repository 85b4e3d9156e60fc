import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BASE32 } from '@smartkey/kernel';
import { providerOf, World, type Person } from '../testing/service.fixture.ts';

let world: World;
let person: Person;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(async () => (person = await world.person()));

/** Every value of every table in the service's schema, as text; `bytea` in hex. */
async function everythingStored(): Promise<string> {
  const tables = await world.database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`,
  );
  const texts = await Promise.all(
    tables.map(({ name }) => world.database.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)),
  );
  return texts
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

/** A secret in the forms that it could slip out in. */
function formsOf(secretBase32: string): string[] {
  const bytes = Buffer.from(BASE32.decode(secretBase32)!);
  return [
    secretBase32,
    secretBase32.toLowerCase(),
    bytes.toString('hex'),
    bytes.toString('base64').replaceAll('=', ''),
    bytes.toString('base64url'),
    [...bytes].join(','),
  ];
}

describe('secrets and codes', () => {
  it('S1: after enrolling, signing in and failing, none is in a table, an event, a log or a metric in the clear', async () => {
    const { enrolled } = person;
    const pending = await world.issue(person.account, { algorithm: 'SHA256', digits: 8 });
    const code = person.code();
    const codes = [code, person.wrongCode(), pending.phone.codeAt(world.now())];
    await person.send(code);
    await person.send(code);
    await person.send(codes[1]!);
    const address = { externalId: person.externalId, clientAddress: '203.0.113.77' };
    for (const sent of [person.code(1), codes[1]!, code])
      await world.authenticate(person.contract, { ...address, code: sent });
    await world.confirm(pending, codes[2]!);
    await world.service.call(
      '/v1/authentications',
      { code: codes[0], nonsense: codes[2] },
      {
        actor: providerOf(person.contract),
      },
    );
    await world.service.assembly.stop!();
    const traces = [
      await everythingStored(),
      world.service.logged.join(''),
      await world.service.metrics.metrics(),
    ].join('\n');
    expect(traces).toContain(enrolled.device);
    for (const secret of [enrolled, pending])
      for (const form of formsOf(secret.secretBase32)) expect(traces).not.toContain(form);
    // Of every attempt, whoever wrote it: as text and as bytes.
    for (const form of ['203.0.113', 'cb00714d', Buffer.from('203.0.113.77').toString('base64url')])
      expect(traces).not.toContain(form);
    expect(new Set(traces.match(/v1\.s\.[\w.-]+/g)).size).toBe(3);
    for (const each of codes) expect(traces).not.toMatch(new RegExp(`(?<![0-9a-z])${each}(?![0-9a-z])`));
  });

  it('S2: a sealed secret moved to another row opens nothing: no answer but 503, an alert, and no fact', async () => {
    const victim = await world.person();
    await world.database.execute(
      'UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE device = $2) WHERE device = $1',
      [victim.device, person.device],
    );
    const body = { externalId: victim.externalId, code: person.code() };
    const actor = providerOf(victim.contract);
    expect(await world.service.call('/v1/authentications', body, { actor })).toMatchObject({ status: 503 });
    expect(await victim.successes()).toBe(0);
    expect(await world.service.metrics.metrics()).toMatch(
      /smartkey_authentication_broken_secrets_total [1-9]/,
    );
  });

  it('S5: after a rotation of the data key old and new secrets are read; sealed again, none needs the old key', async () => {
    const keyIds = async (): Promise<string[]> => {
      const rows = await world.database.query<{ key: string }>(
        `SELECT DISTINCT split_part(sealed, '.', 2) AS key FROM credentials
         WHERE sealed IS NOT NULL AND device IN ($1, $2) ORDER BY key`,
        [person.device, later.device],
      );
      return rows.map(({ key }) => key);
    };
    await world.service.secrets.dataKeys.rotate();
    const later = await world.person();
    expect(await keyIds()).toHaveLength(2);
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    expect(await later.send(later.code())).toMatchObject({ result: 'success' });
    const reseal = () => world.service.call<{ resealed: number }>('/internal/credentials/reseal', {});
    expect((await reseal()).body.resealed).toBeGreaterThan(0);
    expect(await keyIds()).toHaveLength(1);
    expect((await reseal()).body).toMatchObject({ resealed: 0 });
    expect(await person.send(person.code(1))).toMatchObject({ result: 'success' });
  });

  it('S8: an answer that carries a secret says so, and none else carries one', async () => {
    const answers = [await person.send(person.code()), await world.confirm(person.enrolled, '000000')];
    for (const form of formsOf(person.enrolled.secretBase32))
      expect(JSON.stringify(answers)).not.toContain(form);
  });
});
