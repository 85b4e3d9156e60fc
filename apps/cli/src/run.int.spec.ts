import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authenticationService } from '@smartkey/authentication-service';
import { billingService } from '@smartkey/billing-service';
import { contractService } from '@smartkey/contract-service';
import { migrate, openPglite } from '@smartkey/database';
import { accountHandler, deviceRegistryService } from '@smartkey/device-registry-service';
import { createEventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import { type Instant, instantOf, systemActor } from '@smartkey/kernel';
import {
  beginLookupRotation,
  externalIdDigest,
  openKeyMaterial,
  openSecrets,
  systemDigest,
  systemKey,
} from '@smartkey/secrets';
import { checkpointSettings, ProvedLog } from '@smartkey/transparency';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { run } from './run.ts';

const ACCOUNT = 'rid_05gbxbmjg25skexeqvgtrkp58m';
const STREAM = `account-${ACCOUNT}`;
const CONTRACT = 'ctr_05gbxbmjg0yqc0mdmv35ez9a8m';
let folder: string;
let out: string[];
let err: string[];

const at = (...names: string[]): string => join(folder, ...names);
const cli = async (dataDir: string, ...words: string[]): Promise<number> => {
  out = [];
  err = [];
  return run(words, {
    env: { SMARTKEY_DATA_DIR: at(dataDir) },
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
};
/** A copy of the data, to be spoilt. */
const copy = async (name: string): Promise<string> => {
  await cp(at('data'), at(name), { recursive: true });
  return name;
};
const sql = async (dataDir: string, text: string): Promise<void> => {
  const server = await openPglite(at(dataDir));
  await (await server.database('device_registry')).script(text);
  await server.close();
};
const keyVersions = async (dataDir: string): Promise<string[]> =>
  (JSON.parse(await readFile(at(dataDir, 'keys.json'), 'utf8')) as { keys: string[] }).keys;

/** An account that was registered on 2018-01-04 and suspended on 2018-01-20, in a log like that of a service. */
async function seed(): Promise<void> {
  const material = await openKeyMaterial({ dataDir: at('data'), env: {} });
  const server = await openPglite(at('data'));
  for (const { name, migrations } of [contractService, authenticationService, billingService]) {
    const database = await server.database(name);
    await migrate(database, migrations, 'service', await openSecrets({ database, service: name, material }));
    await createEventStore(database, new SystemClock());
  }
  const database = await server.database('device_registry');
  let now: Instant = '2018-01-04T01:00:00.000Z';
  const clock = { now: () => now };
  const store = await createEventStore(database, clock);
  const secrets = await openSecrets({ database, service: 'device-registry', material });
  await migrate(database, deviceRegistryService.migrations, 'service', secrets);
  const { subjectKeys } = secrets;
  const accounts = accountHandler({ store, clock, subjectKeys });
  const context = (commandId: string) => ({ commandId, actor: systemActor('test') });
  const contract = CONTRACT;
  await accounts.handle(ACCOUNT, context('c1'), () => ({
    type: 'Register',
    now,
    account: ACCOUNT,
    contract,
    externalId: 'taro@example.jp',
    terms: { accepted: true, acceptedOn: '2018-01-04' },
  }));
  await database.execute(
    'INSERT INTO identities (contract, digest, account, sealed) VALUES ($1, $2, $3, $4)',
    [
      contract,
      externalIdDigest(material.lookupKey, contract, 'taro@example.jp'),
      ACCOUNT,
      ...(await subjectKeys.seal(ACCOUNT, ['taro@example.jp'])),
    ],
  );
  now = instantOf(Date.parse('2018-01-20T00:00:00Z'));
  await accounts.handle(ACCOUNT, context('c2'), () => ({ type: 'Suspend', now }));
  await server.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-cli-'));
  await seed();
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  out = [];
  err = [];
});

describe('the command line', () => {
  it('tells its commands, and refuses others with exit code 2', async () => {
    expect(await cli('data')).toBe(0);
    expect(out.join('\n')).toMatch(/verify[^]*replay <stream>[^]*rotate-keys/);
    expect(await cli('data', 'destroy')).toBe(2);
    expect(await cli('data', 'replay')).toBe(2);
    expect(err).toEqual(['usage: replay <stream> [--as-of <value>] [--known-at <value>]']);
    expect(await cli('data', 'verify', '--fast')).toBe(2);
  });

  it('does not touch a folder that a process works on, nor make one', async () => {
    const server = await openPglite(at('data'));
    expect(await cli('data', 'verify')).toBe(2);
    expect(err.join()).toContain(`the data folder ${at('data')} is in use`);
    await server.close();
    expect(await cli('nowhere', 'verify')).toBe(2);
    expect(err).toEqual([`there are no data in ${at('nowhere')} (SMARTKEY_DATA_DIR names the folder)`]);
    await expect(stat(at('nowhere'))).rejects.toThrow();
  });
});

describe('what the documents say', () => {
  const root = join(import.meta.dirname, '../../..');
  const words = (line: string): string[] => [...line.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) => word);
  const typed = async (): Promise<readonly { readonly file: string; readonly line: string }[]> => {
    const files = (await readdir(join(root, 'docs'), { recursive: true })).filter((file) =>
      file.endsWith('.md'),
    );
    const lines = ['README.md', ...files.map((file) => join('docs', file))].map(async (file) =>
      [
        ...(await readFile(join(root, file), 'utf8')).matchAll(
          /(?:npm run (?:-s )?cli --|cli\/dist\/main\.js) ([^`#\n]+)/g,
        ),
      ].map(([, line]) => ({ file, line: line!.trim() })),
    );
    return (await Promise.all(lines)).flat();
  };

  it('is typed so: each command is there, and has the options that are named', async () => {
    await cli('nowhere', 'help');
    const usages = out
      .join('\n')
      .split('\n')
      .filter((line) => /^ {2}\S/.test(line))
      .map((line) => line.trim());
    const all = await typed();
    expect(all.length).toBeGreaterThan(40);
    const unknown = all.filter(({ line }) => {
      if (line === 'help') return false;
      const said = words(line);
      const options = said.filter((word) => word.startsWith('--'));
      return !usages.some((usage) => {
        const name = words(usage.replace(/[[<].*/, ''));
        // A group of commands may be named by its first word alone.
        const named = said.length === 1 ? name[0] === said[0] : name.every((word, n) => said[n] === word);
        return named && options.every((option) => words(usage).some((word) => word.startsWith(`[${option}`)));
      });
    });
    expect(unknown).toEqual([]);
  });
});

describe('code', () => {
  it('shows the code of RFC 6238 (appendix B), and refuses what is no enrolment', async () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const uri = `otpauth://totp/a:b?secret=${secret}&issuer=a&algorithm=SHA1&digits=8&period=30`;
    expect(await cli('data', 'code', uri, '--at', '2005-03-18T01:58:29Z')).toBe(0);
    expect(out).toEqual(['07081804']);
    expect(await cli('data', 'code', uri, '--at', 'now')).toBe(2);
    expect(await cli('data', 'code', secret)).toBe(2);
  });
});

describe('verify', () => {
  it('finds a sound log sound', async () => {
    expect(await cli('data', 'verify')).toBe(0);
    expect(out).toContain('device-registry: 2 events in 1 streams, 0 broken');
    expect(out).toContain('contract: 0 events in 0 streams, 0 broken');
  });

  it('names the stream and revision of an event that was altered, or taken out', async () => {
    await copy('altered');
    await sql('altered', `UPDATE event_log SET data = '{"reason":"forged"}' WHERE revision = 1`);
    expect(await cli('altered', 'verify')).toBe(1);
    expect(out.join('\n')).toContain(`${STREAM} at revision 1 is altered`);
    await sql('altered', `DELETE FROM event_log WHERE revision = 0`);
    expect(await cli('altered', 'verify')).toBe(1);
    expect(out.join('\n')).toContain(`${STREAM} at revision 0 is missing`);
  });
});

describe('verify, of the log of people', () => {
  it('follows it beside those of the services, and names what was altered there', async () => {
    expect(await cli('data', 'verify')).toBe(0);
    expect(out).toContain('gateway: no log');
    await copy('people');
    const server = await openPglite(at('people'));
    const database = await server.database('gateway');
    const store = await createEventStore(database, new SystemClock());
    await store.append({
      stream: 'person-per_1',
      expected: 'no-stream',
      events: [
        {
          id: '00000000-0000-8000-8000-000000000001',
          type: 'RolesChanged',
          version: 1,
          data: { roles: ['auditor'] },
          metadata: { commandId: 'c1', actor: systemActor('test') },
          occurredAt: '2018-01-04T01:00:00.000Z',
        },
      ],
    });
    await server.close();
    expect(await cli('people', 'verify')).toBe(0);
    expect(out).toContain('gateway: 1 events in 1 streams, 0 broken');
    const again = await openPglite(at('people'));
    await (await again.database('gateway')).script(`UPDATE event_log SET data = '{"roles":["operator"]}'`);
    await again.close();
    expect(await cli('people', 'verify')).toBe(1);
    expect(out.join('\n')).toContain('person-per_1 at revision 0 is altered');
  });
});

describe('log compare', () => {
  it('says what the log has, also where the service that was to look does not answer', async () => {
    await cli('data', 'help');
    const env = { SMARTKEY_DATA_DIR: at('data'), SMARTKEY_DEVICE_REGISTRY_URL: 'http://127.0.0.1:9' };
    const terminal = {
      env,
      out: (line: string) => void out.push(line),
      err: (line: string) => void err.push(line),
    };
    out = [];
    expect(await run(['log', 'compare', 'device-registry'], terminal)).toBe(0);
    expect(out[0]).toMatch(/^device-registry: ends at position \d+, revision 1 of account-/);
    expect(err.join()).toMatch(/^device-registry does not answer now/);
  });
});

describe('a loss of the log of billing', () => {
  it('is accepted by two; documents go on in a series of its own once a person says so', async () => {
    const data = await copy('lost-documents');
    const begin = () =>
      cli(data, 'series', 'begin', '--by', 'Sato', '--reason', 'the files were looked through');
    expect(await begin()).toBe(2);
    expect(err).toEqual(['there is no loss of documents that anybody has to decide about']);
    const accept = (...words: string[]) => cli(data, 'log', 'accept-loss', 'billing', '--by', ...words);
    const reason = ['--reason', 'the disk is gone'];
    expect(await accept('Sato', ...reason)).toBe(2);
    expect(err).toEqual(['the log is not known to lack anything: there is no loss to accept']);
    expect(await cli(data, 'log', 'declare-loss', 'billing', '--by', 'Tanaka', ...reason)).toBe(0);
    expect(await cli(data, 'log', 'compare', 'billing')).toBe(1);
    expect(out.join('\n')).toContain('declared by Tanaka: the disk is gone');
    expect(await accept('Sato', ...reason)).toBe(0);
    expect(await accept('Sato')).toBe(2);
    expect(await accept('Suzuki')).toBe(0);
    expect(await begin()).toBe(0);
    expect(out).toEqual(['documents go on as SK2-000000001; close the months again']);
    expect(await begin()).toBe(2);
  });
});

describe('rows that follow from the log of the registry', () => {
  const rows = async (name: string): Promise<readonly object[]> => {
    const server = await openPglite(at(name));
    const database = await server.database('device_registry');
    const found = await database.query<{ contract: string; digest: string; account: string }>(
      'SELECT contract, digest, account FROM identities',
    );
    await server.close();
    return found;
  };

  it('are made again where they are lost, and stay where they are there', async () => {
    const data = await copy('rows');
    const before = await rows(data);
    expect(await cli(data, 'rows-of-log', 'device-registry')).toBe(0);
    await sql(data, 'DELETE FROM identities');
    expect(await cli(data, 'rows-of-log', 'device-registry')).toBe(0);
    expect(out).toEqual(['made again: 1 external ids, 0 names, 0 ids of devices and enrolments']);
    expect(await rows(data)).toEqual(before);
    expect(await cli(data, 'rows-of-log', 'billing')).toBe(2);
  });

  it('of an account whose key is lost are listed, and it stays its contract’s', async () => {
    const data = await copy('rows-without-key');
    await sql(data, 'DELETE FROM identities; DELETE FROM subject_keys');
    expect(await cli(data, 'rows-of-log', 'device-registry')).toBe(1);
    expect(out.join('\n')).toContain(`${ACCOUNT}: its key is lost`);
    expect(await rows(data)).toEqual([{ contract: CONTRACT, digest: `erased/${ACCOUNT}`, account: ACCOUNT }]);
    expect(await cli(data, 'log', 'compare', 'device-registry')).toBe(0);
    expect(out.join('\n')).toContain(`key-lost ${ACCOUNT}`);
    expect(await cli(data, 'verify')).toBe(1);
    expect(out.join('\n')).toMatch(
      new RegExp(
        `events are unreadable: their keys are lost\n.*IdRegistered of account-${ACCOUNT} at revision 0`,
      ),
    );
  });
});

describe('replay', () => {
  it('prints the events, personal data opened, and the state they lead to', async () => {
    expect(await cli('data', 'replay', STREAM)).toBe(0);
    const [registered, suspended, last] = out.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(registered).toMatchObject({
      type: 'IdRegistered',
      revision: 0,
      data: { externalId: 'taro@example.jp' },
    });
    expect(suspended).toMatchObject({ type: 'IdSuspended', occurredAt: '2018-01-20T00:00:00.000Z' });
    expect(last).toMatchObject({ state: { status: 'suspended', externalId: 'taro@example.jp' } });
  });

  it('goes back to an instant of business time or of knowledge', async () => {
    for (const option of ['--as-of', '--known-at']) {
      expect(await cli('data', 'replay', STREAM, option, '2018-01-19T00:00:00+09:00')).toBe(0);
      expect(out).toHaveLength(2);
      expect(JSON.parse(out[1]!)).toMatchObject({ state: { status: 'registered' } });
    }
    expect(await cli('data', 'replay', STREAM, '--as-of', '2018-02-30T00:00:00Z')).toBe(2);
    expect(await cli('data', 'replay', 'account-rid_unknown')).toBe(2);
    expect(err).toEqual(['no log has a stream account-rid_unknown']);
  });
});

describe('rebuild and parked streams', () => {
  it('builds a projection again from the log, beside the one that serves', async () => {
    expect(await cli('data', 'rebuild', 'device-registry', 'account-directory')).toBe(0);
    expect(out.join()).toMatch(
      /account-directory was built again and serves as device_registry_account_directory_v\d_2$/,
    );
    expect(await cli('data', 'parked', 'list')).toBe(0);
    expect(out).toEqual(['0 parked']);
    expect(await cli('data', 'rebuild', 'device-registry', 'nothing')).toBe(2);
    expect(err).toEqual(['there is no projection named nothing']);
    expect(await cli('data', 'rebuild', 'nobody', 'nothing')).toBe(2);
  });
});

describe('data whose readers stood on several partitions of a broker', () => {
  it('are not followed without it: parked streams are told, a rebuild is left to the running service', async () => {
    const data = await copy('on-kafka');
    expect(await cli(data, 'parked', 'list')).toBe(0);
    await sql(
      data,
      `insert into projection_mark (consumer, source, partition)
       select consumer, source, 1 from projection_mark where source = 'contract'`,
    );
    expect(await cli(data, 'parked', 'list')).toBe(0);
    expect(await cli(data, 'rebuild', 'device-registry', 'account-directory')).toBe(2);
    expect(err).toEqual(['device-registry runs on a broker: ask the running service for this']);
  });
});

describe('backup and restore', () => {
  it('give the data back in another folder, to whoever has the keys', async () => {
    expect(await cli('data', 'backup', at('b.tar.gz'))).toBe(0);
    expect(out).toContain('events: contract 0, device-registry 2, authentication 0, billing 0');
    expect((await stat(at('b.tar.gz'))).mode & 0o777).toBe(0o600);
    expect(await cli('data', 'backup', at('b.tar.gz'))).toBe(2);
    expect(await cli('data', 'restore', at('b.tar.gz'))).toBe(2);
    expect(err.join()).toContain('there are data in');

    expect(await cli('restored', 'restore', at('b.tar.gz'))).toBe(0);
    expect(out.at(-1)).toBe(
      'all events that were backed up are there: contract 0, device-registry 2, authentication 0, billing 0',
    );
    expect(out).toContain('device-registry: 2 events in 1 streams, 0 broken');
    expect(err.join()).toContain('before the next start, put back the keys');
    expect(err.at(-1)).toMatch(
      /^Nothing is written to contract, device-registry, authentication, billing until two people/,
    );
    expect(await cli('restored', 'log', 'compare', 'device-registry')).toBe(1);
    expect(out.join('\n')).toMatch(/restore: it was put back from a backup of 20/);
    expect(await cli('restored', 'replay', STREAM)).toBe(2);
    expect(err.join()).toContain('there is no key file');
    await cp(at('data', 'keys.json'), at('restored', 'keys.json'));
    expect(await cli('restored', 'replay', STREAM)).toBe(0);
    expect(out[0]).toContain('taro@example.jp');
  });

  it('leave files to their owner alone, and keep to the limit that was said', async () => {
    await mkdir(at('narrow'));
    await chmod(at('narrow'), 0o755);
    expect(await cli('narrow', 'restore', at('b.tar.gz'), '--limit-gib', '0')).toBe(2);
    expect(err).toEqual(['--limit-gib must be a whole number from 1 to 999999']);
    expect(await cli('narrow', 'restore', at('b.tar.gz'), '--limit-gib', '1')).toBe(0);
    expect(err.join()).toContain(`${at('narrow')} was open to other users`);
    expect((await stat(at('narrow'))).mode & 0o777).toBe(0o700);
    for (const entry of await readdir(at('narrow'), { recursive: true }))
      expect((await stat(at('narrow', entry))).mode & 0o077).toBe(0);
  });

  it('refuse what is no backup, and leave no half-restored folder', async () => {
    await writeFile(at('wrong.tar.gz'), 'no archive');
    expect(await cli('from-wrong', 'restore', at('wrong.tar.gz'))).toBe(2);
    await expect(stat(at('from-wrong', 'postgres'))).rejects.toThrow();
    expect(await cli('from-wrong', 'restore', at('missing.tar.gz'))).toBe(2);
  });
});

describe('backup --heads and restore --check', () => {
  const heads = (): string => at('heads.json');

  it('say of a copy that it holds what was there, and of one that grew since', async () => {
    expect(await cli('data', 'backup', '--heads', heads())).toBe(0);
    expect(out).toEqual([
      expect.stringMatching(/^contract \(postgres\): 0 events$/),
      expect.stringMatching(
        /^device-registry \(postgres\): 2 events, the last [0-9a-f-]{36} at position \d+$/,
      ),
      expect.stringMatching(/^authentication /),
      expect.stringMatching(/^billing /),
    ]);
    expect((await stat(heads())).mode & 0o777).toBe(0o600);
    expect(await cli('data', 'backup', '--heads', heads())).toBe(2);
    expect(await cli(await copy('as-it-was'), 'restore', '--check', heads())).toBe(0);
    expect(out.at(-1)).toMatch(/^at least what was there at 20/);
    await copy('grown');
    await sql(
      'grown',
      `INSERT INTO subject_keys (subject, wrapped) VALUES ('rid_another', 'd1.whatever');
       UPDATE subject_keys SET wrapped = NULL, erased_at = now() WHERE subject = '${ACCOUNT}'`,
    );
    expect(await cli('grown', 'restore', '--check', heads())).toBe(0);
    expect(out).toContain('  (subject_keys has 1 rows more)');
  });

  it('name the events that a copy lacks, and another one that lies in the place of the last', async () => {
    await copy('older');
    await sql('older', 'DELETE FROM event_log WHERE revision = 1');
    expect(await cli('older', 'restore', '--check', heads())).toBe(1);
    expect(out).toEqual(
      expect.arrayContaining([
        'device-registry: 1 events, 2 when the heads were taken',
        expect.stringMatching(
          /^ {2}the last event that was there, [0-9a-f-]{36} at position \d+, is missing; the log ends at position \d+$/,
        ),
        '  1 of the 2 events that were there are missing',
        expect.stringMatching(/^not what was there at .*: device-registry$/),
      ]),
    );
    await copy('other');
    await sql('other', `UPDATE event_log SET id = '00000000-0000-8000-8000-000000000001' WHERE revision = 1`);
    expect(await cli('other', 'restore', '--check', heads())).toBe(1);
    expect(out.join('\n')).toMatch(/at position \d+ lies another event than the last that was there/);
  });

  it('name the rows beside the log that an event needs, also where they were erased', async () => {
    await copy('bare');
    await sql('bare', 'DELETE FROM identities');
    expect(await cli('bare', 'restore', '--check', heads())).toBe(1);
    expect(out).toContain(
      `  1 rows of identities are missing that events need, the first for IdRegistered of ${STREAM} at revision 0`,
    );
    await sql('bare', `UPDATE subject_keys SET wrapped = NULL, erased_at = now()`);
    expect(await cli('bare', 'restore', '--check', heads())).toBe(0);
    await sql('bare', 'DELETE FROM subject_keys');
    expect(await cli('bare', 'restore', '--check', heads())).toBe(1);
    expect(out).toContain('  1 of 1 rows of subject_keys are missing');
    expect(out.join('\n')).toMatch(
      /1 rows of subject_keys are missing that events need, the first for IdRegistered/,
    );
  });

  it('say where an erasure was undone by a copy that is older than it', async () => {
    await copy('erased');
    await sql('erased', 'UPDATE subject_keys SET wrapped = NULL, erased_at = now()');
    expect(await cli('erased', 'backup', '--heads', at('erased.json'))).toBe(0);
    expect(await cli('data', 'restore', '--check', at('erased.json'))).toBe(1);
    expect(out).toContain('  1 erasures of personal data are undone: erase them again');
  });

  it('say which keys are lost', async () => {
    await copy('without-keys');
    await rm(at('without-keys', 'keys.json'));
    expect(await cli('without-keys', 'restore', '--check', heads())).toBe(1);
    expect(out.at(-2)).toMatch(/^the keys \S+ are needed: there is no key file /);
    expect(out.at(-1)).toMatch(/: keys$/);
  });

  it.each([
    ['nothing', ''],
    ['another format', '{"format":"smartkey-heads/2"}'],
    ['an unknown service', '{"format":"smartkey-heads/1","madeAt":"","keys":[],"services":{"x":{}}}'],
    ['too much', `{"format":"smartkey-heads/1","madeAt":"${'0'.repeat(300_000)}","keys":[],"services":{}}`],
  ])('refuse a file with %s in it', async (_what, text) => {
    await writeFile(at('odd.json'), text);
    expect(await cli('data', 'restore', '--check', at('odd.json'))).toBe(2);
    expect(err).toEqual([`${at('odd.json')} is not what backup --heads writes`]);
  });
});

describe('keys create', () => {
  it('makes the key file for its owner alone, and never puts fresh keys in the place of others', async () => {
    expect(await cli('fresh', 'keys', 'create')).toBe(0);
    expect((await stat(at('fresh', 'keys.json'))).mode & 0o777).toBe(0o600);
    const made = await keyVersions('fresh');
    expect(await cli('fresh', 'keys', 'create')).toBe(0);
    expect(out[0]).toContain('is there already');
    expect(await keyVersions('fresh')).toEqual(made);
  });

  it('refuses where the keys come from the environment', async () => {
    const env = { SMARTKEY_DATA_DIR: at('unused'), SMARTKEY_ENCRYPTION_KEYS: 'key' };
    err = [];
    const exitCode = await run(['keys', 'create'], {
      env,
      out: () => undefined,
      err: (line) => void err.push(line),
    });
    expect(exitCode).toBe(2);
    expect(err[0]).toContain('SMARTKEY_ENCRYPTION_KEYS');
    await expect(stat(at('unused'))).rejects.toThrow('ENOENT');
  });
});

describe('rotate-keys', () => {
  it('wraps everything under new keys, and drops old ones only when told', async () => {
    await copy('rotated');
    const before = await keyVersions('rotated');
    expect(await cli('rotated', 'rotate-keys', '--data-keys')).toBe(0);
    expect(out.join('\n')).toContain('device-registry: data key d2, 1 values sealed again');
    const both = await keyVersions('rotated');
    expect(both).toEqual([expect.any(String), ...before]);
    expect(await cli('rotated', 'replay', STREAM)).toBe(0);
    expect(out[0]).toContain('taro@example.jp');

    expect(await cli('rotated', 'rotate-keys', '--drop-old')).toBe(0);
    expect(await keyVersions('rotated')).toEqual(both.slice(0, 1));
    expect(await cli('rotated', 'replay', STREAM)).toBe(0);
    expect(out[0]).toContain('taro@example.jp');
  });

  it('changes nothing where the keys at hand are not those of the data', async () => {
    await copy('foreign');
    await rm(at('foreign', 'keys.json'));
    await openKeyMaterial({ dataDir: at('foreign'), env: {} });
    const before = await keyVersions('foreign');
    expect(await cli('foreign', 'rotate-keys')).toBe(2);
    expect(err.join()).toContain('the secrets of contract are sealed under key');
    expect(await keyVersions('foreign')).toEqual(before);
  });
});

describe('audit keys rotate', () => {
  it('gives a log a new key, which its policy names from then on, and keeps it with the other keys', async () => {
    await copy('signed');
    const material = await openKeyMaterial({ dataDir: at('signed'), env: {} });
    const settings = checkpointSettings({}, { secret: material.lookupKey, logKeys: material.logKeys });
    const server = await openPglite(at('signed'));
    const database = await server.database('device_registry');
    const store = await createEventStore(database, new SystemClock());
    await ProvedLog.open({
      service: 'device-registry',
      database,
      store,
      settings,
      log: pino({ level: 'silent' }),
      metrics: new Registry(),
    });
    await server.close();
    expect(await cli('signed', 'audit', 'keys')).toBe(0);
    const [first] = out;
    expect(out).toEqual([expect.stringMatching(/^log smartkey-[0-9a-f]{12}\.local\/device-registry\+/)]);
    expect(await cli('signed', 'audit', 'keys', 'rotate', 'device-registry')).toBe(2);
    const why = ['--by', '佐藤 花子', '--reason', 'the year is over'];
    expect(await cli('signed', 'audit', 'keys', 'rotate', 'device-registry', ...why)).toBe(0);
    const key = out.at(-1)!;
    out = [];
    expect(await cli('signed', 'audit', 'keys')).toBe(0);
    expect(out).toEqual([first, expect.stringMatching(/^retired smartkey-\S+ \d{10}$/), `log ${key}`]);
    out = [];
    expect(await cli('signed', 'checkpoint', 'keys')).toBe(0);
    expect(out).toContain(key);
    // Behind a loss its checkpoints lie under another name.
    const [origin] = key.split('+');
    await mkdir(at('signed/checkpoints'), { recursive: true });
    await writeFile(at('signed/checkpoints', `${origin!.replaceAll('/', '_')}_2.checkpoint`), '');
    out = [];
    expect(await cli('signed', 'checkpoint', 'keys')).toBe(0);
    expect(out.filter((line) => line.startsWith(`${origin}/2+`))).toHaveLength(1);
    expect(out).toContain(key);
    expect(await cli('signed', 'verify')).toBe(0);
    expect(await cli('signed', 'audit', 'keys', 'rotate', 'nowhere', ...why)).toBe(2);
  });
});

describe('keys rotate-lookup', () => {
  const keysIn = async (dataDir: string) => {
    const material = await openKeyMaterial({ dataDir: at(dataDir), env: {} });
    const text = await readFile(at(dataDir, 'keys.json'), 'utf8');
    return { ...material, text, file: JSON.parse(text) as { lookupKey: string; lookupVersion?: number } };
  };
  const digestIn = async (dataDir: string): Promise<string> => {
    const server = await openPglite(at(dataDir));
    const [row] = await (
      await server.database('device_registry')
    ).query<{ digest: string }>('SELECT digest FROM identities WHERE account = $1', [ACCOUNT]);
    await server.close();
    return row!.digest;
  };
  const digestBy = (lookupKey: Uint8Array): string =>
    externalIdDigest(lookupKey, CONTRACT, 'taro@example.jp');

  it('digests anew, keeps what else derives from the key, and leaves no trace of the former one', async () => {
    await copy('looked-up');
    const before = await keysIn('looked-up');
    const emails = Buffer.from(systemKey(before.lookupKey, 'people/email'));
    const name = systemDigest(before.lookupKey);
    expect(await digestIn('looked-up')).toBe(digestBy(before.lookupKey));
    for (const version of [2, 3]) {
      const former = await keysIn('looked-up');
      expect(await cli('looked-up', 'keys', 'rotate-lookup')).toBe(0);
      expect(out.at(-1)).toMatch(
        new RegExp(
          `^lookup key version ${version} in .*; 1 external ids, 1 digested anew; the former key is destroyed`,
        ),
      );
      const after = await keysIn('looked-up');
      expect(after.file.lookupVersion).toBe(version);
      expect(after.text).not.toContain(former.file.lookupKey);
      expect(await digestIn('looked-up')).toBe(digestBy(after.lookupKey));
      expect(digestBy(after.lookupKey)).not.toBe(digestBy(former.lookupKey));
      expect(Buffer.from(systemKey(after.lookupKey, 'people/email'))).toEqual(emails);
      expect(systemDigest(after.lookupKey)).toBe(name);
    }
    expect(await cli('looked-up', 'replay', STREAM)).toBe(0);
    expect(out.join()).toContain('taro@example.jp');
  });

  it('goes on where it was cut off; until then nothing opens the data, by the new key, the former or a copy of it', async () => {
    await copy('cut');
    const { lookupKey, text } = await keysIn('cut');
    await beginLookupRotation(at('cut', 'keys.json'), { contracts: [CONTRACT], origins: [] });
    await sql(
      'cut',
      `INSERT INTO lookup_key (proof) VALUES ('rotating') ON CONFLICT (one_row) DO UPDATE SET proof = excluded.proof`,
    );
    await expect(keysIn('cut')).rejects.toThrow(
      /rotation of the lookup key .* npm run cli -- keys rotate-lookup/,
    );
    await cp(at('cut'), at('copied'), { recursive: true });
    await writeFile(at('copied', 'keys.json'), text, { mode: 0o600 });
    expect(await cli('copied', 'replay', STREAM)).toBe(2);
    expect(err.join()).toContain('the rotation of the lookup key is not at its end');
    expect(await cli('cut', 'keys', 'rotate-lookup')).toBe(0);
    expect(err.join()).toContain('the rotation to version 2 goes on');
    const after = await keysIn('cut');
    expect(await digestIn('cut')).toBe(digestBy(after.lookupKey));
    expect(digestBy(after.lookupKey)).not.toBe(digestBy(lookupKey));
    await writeFile(at('cut', 'keys.json'), text, { mode: 0o600 });
    expect(await cli('cut', 'replay', STREAM)).toBe(2);
    expect(err.join()).toContain('were made with another lookup key than the one in key file');
  });

  it('is refused while digests are needed, and where nothing can be kept of a former key', async () => {
    await copy('busy');
    await sql(
      'busy',
      `INSERT INTO erasure_work VALUES ('rid_1', '${CONTRACT}', 'digest', '2018-01-20T00:00:00.000Z')`,
    );
    expect(await cli('busy', 'keys', 'rotate-lookup')).toBe(2);
    expect(err.join()).toContain('1 erasures still go through files of imports');
    const key = Buffer.alloc(32, 1).toString('base64');
    const env = {
      SMARTKEY_DATA_DIR: at('busy'),
      SMARTKEY_ENCRYPTION_KEYS: key,
      SMARTKEY_LOOKUP_KEY: key,
      SMARTKEY_INTERNAL_TOKEN: key,
    };
    expect(
      await run(['keys', 'rotate-lookup'], { env, out: () => undefined, err: (line) => void err.push(line) }),
    ).toBe(2);
    expect(err.at(-1)).toContain('put them into a key file first');
  });
});
