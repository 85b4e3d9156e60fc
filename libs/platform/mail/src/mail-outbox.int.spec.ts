import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate, openPglite, openPostgres, type Database, type DatabaseServer } from '@smartkey/database';
import { KeyRing, openSecrets, type SecretBox } from '@smartkey/secrets';
import { SmtpServer, whyLeftOut, whyNoSmtp, type SmtpServerOptions } from '@smartkey/servers';
import { startPostgres, TestClock, until } from '@smartkey/testing';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { mailMetrics } from './mail-metrics.ts';
import { mailSettings } from './mail.settings.ts';
import { MailOutbox, type MailToQueue } from './mail-outbox.ts';
import { type MailOutcome, MailWorker } from './mail-worker.ts';
import { type Mailer, MailServerError } from './mailer.port.ts';
import { openMailer } from './open-mailer.ts';
import { mailOutboxMigration } from './outbox.migration.ts';

const missing = whyLeftOut('', 'mails over a real server', whyNoSmtp);

const embedded = async () => {
  const server = await openPglite(undefined);
  return { server, close: () => server.close() };
};
const real = async () => {
  const postgres = await startPostgres();
  const server = await openPostgres(await postgres.createDatabase());
  return { server, close: () => server.close().finally(() => postgres.stop()) };
};

const PDF = { filename: 'SK-000000001.pdf', contentType: 'application/pdf', bytes: randomBytes(3_000) };
const mailOf = (
  to: string,
  more: Partial<MailToQueue> = {},
  subject = '請求書 SK-000000001',
): MailToQueue => ({
  identity: ['delivery', to, subject],
  kind: 'invoice',
  contract: 'ctr_1',
  reference: 'dlv_1',
  mail: { to, subject, text: 'いつもお世話になっております。', attachments: [PDF] },
  ...more,
});

(missing === undefined ? describe.each : describe.skip.each)([
  ['PGlite', embedded],
  ['PostgreSQL', real],
] as const)('the outbox on %s', (_, openServer) => {
  let server: DatabaseServer;
  let close: () => Promise<void>;
  let database: Database;
  let secretBox: SecretBox;
  let outbox: MailOutbox;
  let outcomes: MailOutcome[];
  let folder: string;
  let schemas = 0;
  const smtp: SmtpServer[] = [];
  const clock = new TestClock();
  const told: string[] = [];
  const log = {
    info: (_fields: object, message: string) => void told.push(message),
    warn: (fields: object, message: string) => void told.push(message, JSON.stringify(fields)),
    error: (_fields: object, message: string) => void told.push(message),
  };

  beforeAll(async () => {
    ({ server, close } = await openServer());
    folder = await mkdtemp(join(tmpdir(), 'smartkey-mails-'));
  });
  afterAll(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    database = await server.database(`mails_${(schemas += 1)}`);
    ({ secretBox } = await openSecrets({
      database,
      service: 'billing',
      material: { keyEncryption: new KeyRing([randomBytes(32)]), source: 'the test' },
    }));
    await migrate(database, [mailOutboxMigration('0001-mails')], 'mails');
    outbox = new MailOutbox({ database, secretBox, clock });
    outcomes = [];
    told.length = 0;
  });

  const start = async (options: SmtpServerOptions): Promise<SmtpServer> => {
    const started = await SmtpServer.start(options);
    smtp.push(started);
    return started;
  };
  afterAll(() => Promise.all(smtp.map((each) => each.stop())));

  const mailerFor = (url: string, more: Record<string, string> = {}): Mailer =>
    openMailer(
      mailSettings({ SMARTKEY_SMTP_URL: url, SMARTKEY_SMTP_FROM: 'no-reply@example.co.jp', ...more }, folder),
    );
  const workerOf = (mailer: Mailer): MailWorker =>
    new MailWorker({
      database,
      secretBox,
      clock,
      mailer,
      log,
      lookMillis: 50,
      onOutcome: (outcome) => Promise.resolve(void outcomes.push(outcome)),
    });
  const queue = async (mail: MailToQueue): Promise<string> => {
    const prepared = await outbox.prepare(mail);
    return database.transaction((tx) => outbox.queue(tx, prepared));
  };
  const rows = () => database.query<Record<string, unknown>>('select * from mail_outbox order by id');
  /** As if so much of the system's time had passed. */
  const later = (seconds: number) =>
    database.execute(
      `update mail_outbox set next_at = next_at - make_interval(secs => $1), send_by = send_by - make_interval(secs => $1)`,
      [seconds],
    );

  it('a mail goes out once, encrypted and with a login, and its content is gone then', async () => {
    const server = await start({ encryption: 'starttls', login: { user: 'billing', password: 'p@ss/word' } });
    const worker = workerOf(
      mailerFor(`smtp://billing:p%40ss%2Fword@127.0.0.1:${server.port}`, {
        SMARTKEY_SMTP_CA_FILE: server.caFile,
        SMARTKEY_SMTP_FROM_NAME: '請求係',
      }),
    );
    const id = await queue(mailOf('finance@example.co.jp'));
    expect(await queue(mailOf('finance@example.co.jp'))).toBe(id);
    const stored = JSON.stringify(await rows());
    for (const clear of ['finance@', 'お世話', 'SK-000000001']) expect(stored.includes(clear)).toBe(false);

    await worker.drain();
    await worker.drain();
    expect(server.mails).toMatchObject([
      { from: 'no-reply@example.co.jp', to: ['finance@example.co.jp'], encrypted: true, user: 'billing' },
    ]);
    const { raw } = server.mails[0]!;
    expect(raw).toMatch(/^Message-ID: <[0-9a-f-]{36}@example\.co\.jp>\r?$/m);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(raw.replace(/\s/g, '')).toContain(PDF.bytes.toString('base64'));
    expect(await rows()).toMatchObject([
      { id, state: 'sent', sealed_content: null, told: true, attempts: 1 },
    ]);
    expect(await outbox.list({ limit: 10 })).toEqual([
      {
        id,
        to: 'finance@example.co.jp',
        kind: 'invoice',
        contract: 'ctr_1',
        state: 'sent',
        queuedAt: clock.now(),
        endedAt: clock.now(),
      },
    ]);
    expect(outcomes).toMatchObject([
      { id, state: 'sent', kind: 'invoice', contract: 'ctr_1', reference: 'dlv_1' },
    ]);
  });

  it('what is not committed is not sent', async () => {
    const prepared = await outbox.prepare(mailOf('finance@example.co.jp'));
    await expect(
      database.transaction(async (tx) => {
        await outbox.queue(tx, prepared);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await rows()).toEqual([]);
  });

  it('a recipient and a content that are refused are so for good, and visible; the others go', async () => {
    const server = await start({ encryption: 'tls' });
    const worker = workerOf(
      mailerFor(`smtps://127.0.0.1:${server.port}`, { SMARTKEY_SMTP_CA_FILE: server.caFile }),
    );
    await queue(mailOf('unknown@example.co.jp'));
    await queue(mailOf('finance@example.co.jp', {}, 'refuse'));
    await queue(mailOf('later@example.co.jp'));
    await queue(mailOf('finance@example.co.jp'));
    await worker.drain();
    await later(10);
    await worker.drain();
    const listed = await outbox.list({ contract: 'ctr_1', limit: 10 });
    expect(listed.map(({ to, state, reason }) => [to, state, reason]).reverse()).toEqual(
      expect.arrayContaining([
        ['unknown@example.co.jp', 'refused', 'recipient 550 5.1.1'],
        ['finance@example.co.jp', 'refused', 'content 554 5.7.1'],
        ['later@example.co.jp', 'waiting', undefined],
        ['finance@example.co.jp', 'sent', undefined],
      ]),
    );
    expect(server.mails).toHaveLength(1);
    expect(told.join()).not.toContain('unknown@');
    expect(outcomes.map(({ state }) => state).sort()).toEqual(['refused', 'refused', 'sent']);
    // One that was not taken for now is tried again, after 30 s and then after twice as long.
    const attempts = async () => (await rows()).find(({ state }) => state === 'waiting')?.['attempts'];
    expect(await attempts()).toBe(1);
    await later(30);
    await worker.drain();
    await later(50);
    await worker.drain();
    expect(await attempts()).toBe(2);
    expect(await outbox.list({ contract: 'ctr_2', limit: 10 })).toEqual([]);
    const [latest, ...others] = await outbox.list({ limit: 10 });
    expect(await outbox.list({ before: latest!.id, limit: 10 })).toEqual(others);
  });

  it('while the server is down or refuses the login, all wait; the same worker sends them when it is there', async () => {
    const password = 'right';
    const server = await start({ encryption: 'starttls', login: { user: 'billing', password } });
    const { port, caFile } = server;
    const id = await queue(mailOf('finance@example.co.jp'));
    const refused = workerOf(
      mailerFor(`smtp://billing:wrong@127.0.0.1:${port}`, { SMARTKEY_SMTP_CA_FILE: caFile }),
    );
    await expect(refused.drain()).rejects.toThrow(/takes no mail: EAUTH/);
    // A server that is not who it says gets no password, and one that offers no encryption no mail.
    await expect(workerOf(mailerFor(`smtp://billing:right@127.0.0.1:${port}`)).drain()).rejects.toThrow(
      MailServerError,
    );
    const clear = await start({ encryption: 'none' });
    await expect(workerOf(mailerFor(`smtp://127.0.0.1:${clear.port}`)).drain()).rejects.toThrow(
      MailServerError,
    );
    await server.stop();
    expect(await rows()).toMatchObject([{ id, state: 'waiting', attempts: 0 }]);

    const worker = workerOf(mailerFor(`smtp://127.0.0.1:${port}`, { SMARTKEY_SMTP_STARTTLS: 'never' }));
    worker.start();
    await until(() => told.includes('mails wait for the server'));
    const again = await start({ encryption: 'none', port });
    await until(() => again.mails.length > 0);
    await worker.stop();
    expect(await rows()).toMatchObject([{ id, state: 'sent', attempts: 1 }]);
    expect(clear.mails).toEqual([]);
  });

  it('a try that was cut off is made again after its claim, under the same Message-ID', async () => {
    const identities: string[] = [];
    const silent: Mailer = {
      send: ({ identity }) => {
        identities.push(identity);
        return Promise.reject(new TypeError('the process died'));
      },
    };
    await queue(mailOf('finance@example.co.jp'));
    await expect(workerOf(silent).drain()).rejects.toThrow(TypeError);
    await workerOf(silent).drain();
    expect(identities).toHaveLength(1);
    await later(121);
    await expect(workerOf(silent).drain()).rejects.toThrow(TypeError);
    expect(new Set(identities).size).toBe(1);
    expect(identities).toHaveLength(2);
  });

  it('one that is of no use any more is not sent', async () => {
    const sent: string[] = [];
    const worker = workerOf({ send: ({ to }) => Promise.resolve(void sent.push(to)) });
    await queue(mailOf('early@example.co.jp', { usefulMillis: 60_000 }));
    await queue(mailOf('late@example.co.jp', { usefulMillis: 1 }));
    await later(2);
    await worker.drain();
    expect(sent).toEqual(['early@example.co.jp']);
    const late = (await outbox.list({ limit: 2 })).find(({ to }) => to === 'late@example.co.jp');
    expect(late).toMatchObject({ state: 'refused', reason: 'too-late' });
  });

  it('what became of a mail is told until it was heard, and 90 days later it is forgotten', async () => {
    let deaf = true;
    const worker = new MailWorker({
      database,
      secretBox,
      clock,
      mailer: { send: () => Promise.resolve() },
      log,
      onOutcome: (outcome) => {
        if (deaf) return Promise.reject(new Error('not heard'));
        outcomes.push(outcome);
        return Promise.resolve();
      },
    });
    await queue(mailOf('finance@example.co.jp'));
    await expect(worker.drain()).rejects.toThrow('not heard');
    await later(91 * 86_400);
    await expect(worker.drain()).rejects.toThrow('not heard');
    deaf = false;
    await worker.drain();
    expect(outcomes).toMatchObject([{ state: 'sent' }]);
    expect(await rows()).toEqual([]);
  });

  it('how many mails wait, and for how long the oldest has, is shown, and no more of them', async () => {
    const registry = new Registry();
    const stop = mailMetrics(registry, 'billing', { database, clock });
    const shown = async () =>
      Object.fromEntries(
        (await registry.getMetricsAsJSON()).flatMap(({ name, values }) =>
          values.map(({ labels, value }) => [`${name} ${JSON.stringify(labels)}`, value]),
        ),
      );
    const waiting = 'smartkey_mails_waiting {"service":"billing"}';
    const oldest = 'smartkey_mails_oldest_seconds {"service":"billing"}';
    expect(await shown()).toMatchObject({ [waiting]: 0, [oldest]: 0 });
    await queue(mailOf('finance@example.co.jp'));
    await database.execute("update mail_outbox set queued_at = queued_at - interval '90 seconds'");
    await queue(mailOf('accounts@example.co.jp'));
    const figures = await shown();
    expect(figures).toMatchObject({ [waiting]: 2 });
    expect(figures[oldest]).toBeGreaterThanOrEqual(90);
    await workerOf({ send: () => Promise.resolve() }).drain();
    expect(await shown()).toMatchObject({ [waiting]: 0, [oldest]: 0 });
    stop();
  });

  it('without a server each is a file that its owner alone may read', async () => {
    const worker = workerOf(openMailer(mailSettings({}, folder)));
    await queue(mailOf('finance@example.co.jp'));
    await worker.drain();
    const [name, ...others] = await readdir(join(folder, 'mails'));
    expect(others).toEqual([]);
    const file = join(folder, 'mails', name!);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'mails'))).mode & 0o777).toBe(0o700);
    expect(await readFile(file, 'utf8')).toContain('To: finance@example.co.jp');
    await rm(join(folder, 'mails'), { recursive: true });
  });
});
