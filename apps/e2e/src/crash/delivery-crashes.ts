import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SmtpServer, type TakenMail } from '@smartkey/servers';
import { enterpriseQuote, Steps, type System } from '@smartkey/testing/end-to-end';
import type { DeathStep } from './die-at.ts';
import { DyingSystem } from './dying-system.ts';

/** What goes out, where the process dies, and how often a mail server has got it then. */
interface DeliveryCrash {
  readonly name: string;
  readonly channel: 'mail' | 'e-invoice' | 'download';
  readonly at: DeathStep;
  /** Asked for by the issue of a document; else by a person. */
  readonly byIssue?: true;
  /** Default 1. 2 where the server had said yes and we had not noted it: SMTP has no other way, and both have the same Message-ID. */
  readonly mails?: 2;
}

const told = (type: string, when: DeathStep['when']): DeathStep => ({ parameter: type, when });

/** Every step between what asks for a delivery and the last note of it. */
const CRASHES: readonly DeliveryCrash[] = [
  { name: 'before it is asked for', channel: 'mail', at: told('DeliveryRequested', 'before'), byIssue: true },
  {
    name: 'before it is queued',
    channel: 'mail',
    at: { statement: 'insert into delivery_due', when: 'before' },
    byIssue: true,
  },
  {
    name: 'before its mail is queued',
    channel: 'mail',
    at: { statement: 'insert into mail_outbox', when: 'before' },
  },
  {
    name: 'before that is committed',
    channel: 'mail',
    at: { statement: 'insert into mail_outbox', when: 'after' },
  },
  {
    name: 'after that is committed',
    channel: 'mail',
    at: { statement: 'insert into mail_outbox', when: 'committed' },
  },
  {
    name: 'before the mail is sent',
    channel: 'mail',
    at: { statement: 'update mail_outbox set attempts', when: 'after' },
  },
  {
    name: 'after the server has it, before that is noted',
    channel: 'mail',
    at: { statement: 'update mail_outbox set state', when: 'before' },
    mails: 2,
  },
  {
    name: 'after that is noted',
    channel: 'mail',
    at: { statement: 'update mail_outbox set state', when: 'after' },
  },
  { name: 'before the delivery is told', channel: 'mail', at: told('InvoiceDelivered', 'before') },
  { name: 'after the delivery is told', channel: 'mail', at: told('InvoiceDelivered', 'after') },
  {
    name: 'after the file is laid, before that is told',
    channel: 'e-invoice',
    at: told('InvoiceDelivered', 'before'),
  },
  { name: 'after that is told', channel: 'e-invoice', at: told('InvoiceDelivered', 'after') },
  {
    name: 'before it leaves the queue',
    channel: 'e-invoice',
    at: { statement: 'delete from delivery_due', when: 'before' },
  },
  { name: 'before the first is told', channel: 'download', at: told('InvoiceDelivered', 'before') },
  { name: 'after the first is told', channel: 'download', at: told('InvoiceDelivered', 'after') },
];

/** Those of the test suite: one of each kind of outcome, and none that waits for the end of a mail's claim. */
export const TELLING = [
  'before it is queued',
  'after that is committed',
  'after that is noted',
  'after the file is laid, before that is told',
  'before the first is told',
];

interface DeliveryTold {
  readonly delivery: number;
  readonly channel: string;
  readonly status: string;
}

const ENDPOINT = { scheme: '0188', id: '7000012050002' };
const ISSUER = {
  from: '2024-01',
  name: '株式会社見本',
  registrationNumber: 'T7123456789012',
  postalCode: '150-0001',
  address: '東京都渋谷区神宮前1-1-1',
  bankAccount: { bank: '見本銀行', branch: '本店', type: 'ordinary', number: '1234567', holder: 'ミホン' },
  endpoint: { scheme: '0188', id: '7123456789012' },
  reason: 'Peppol',
};

/**
 * Kills the service (SIGKILL) at steps of deliveries, starts it again on the same data, and checks that each delivery ends by itself, is
 * told once, and went out once; twice only where nobody can know.
 */
export async function deliveryCrashes({
  only,
  say = () => {},
}: { readonly only?: readonly string[]; readonly say?: (line: string) => void } = {}): Promise<void> {
  const smtp = await SmtpServer.start({ encryption: 'none' });
  try {
    const dying = await DyingSystem.start({
      SMARTKEY_CLOCK_START: '2024-01-01T00:00:00Z',
      SMARTKEY_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      SMARTKEY_SMTP_STARTTLS: 'never',
      SMARTKEY_SMTP_FROM: 'no-reply@example.co.jp',
    });
    try {
      const story = new DeliveryStory(dying, smtp);
      await story.begin();
      for (const crash of CRASHES)
        if (only === undefined || only.includes(crash.name)) {
          const started = Date.now();
          await story.tell(crash);
          say(`${crash.channel}, ${crash.name}: whole again after ${Date.now() - started} ms`);
        }
    } finally {
      await dying.dispose();
    }
  } finally {
    await smtp.stop();
  }
}

/** 1 is 2024-01. */
const monthOf = (n: number): string =>
  `${2024 + Math.floor((n - 1) / 12)}-${String(((n - 1) % 12) + 1).padStart(2, '0')}`;

class DeliveryStory {
  #month = 1;
  private readonly system: System;

  constructor(
    private readonly dying: DyingSystem,
    private readonly smtp: SmtpServer,
  ) {
    this.system = dying.system;
  }

  async begin(): Promise<void> {
    await this.system.operator.put('/billing/issuer', ISSUER, { idempotencyKey: randomUUID() });
  }

  async tell(crash: DeliveryCrash): Promise<void> {
    const { channel, mails = 1, byIssue } = crash;
    const mailbox = `m${randomUUID()}@example.jp`;
    const contract = await this.#steps.accepted(
      'enterprise',
      `${monthOf(this.#month)}-02`,
      enterpriseQuote(monthOf(this.#month)),
    );
    await this.system.operator.patch(`/contracts/${contract}/billing-profile`, {
      billTo: { postalCode: '100-0001', address: '東京都千代田区千代田1-1-1' },
      email: mailbox,
      endpoint: ENDPOINT,
      ...(byIssue && { delivery: [channel] }),
    });
    const { key } = await this.system.operator.post<{ key: string }>(`/contracts/${contract}/keys`, {
      role: 'contractor',
    });
    const number = await this.#issued(contract, byIssue && crash.at);
    if (byIssue === true)
      // Its later documents go out to nobody.
      await this.system.operator.patch(`/contracts/${contract}/billing-profile`, { delivery: ['download'] });
    else {
      const idempotencyKey = randomUUID();
      const ask = (): Promise<unknown> => this.#asked(number, channel, key, idempotencyKey);
      await this.dying.diesAt(crash.at, ask);
      // Who got no answer asks again.
      await ask();
    }
    const deliveries = await this.#ended(number);
    assert.deepEqual(
      deliveries.map(({ channel: by, status }) => [by, status]),
      [[channel, 'delivered']],
    );
    if (channel === 'mail') await this.#wentOut(mailbox, number, mails);
    if (channel === 'e-invoice') await this.#lies(number);
  }

  get #steps(): Steps {
    return new Steps(this.system.operator);
  }

  /** The document of a contract of a month that is closed now. */
  async #issued(contract: string, at?: DeathStep): Promise<string> {
    const month = this.#month;
    this.#month += 1;
    await this.#steps.setClock(`${monthOf(month + 1)}-02T00:00:00Z`);
    const close = async (): Promise<unknown> => this.#steps.close(monthOf(month));
    // A close that was acknowledged ends by itself.
    await (at === undefined ? close() : this.dying.diesAt(at, close));
    const [document] = await this.#steps.until(
      () => this.#steps.invoices(contract, monthOf(month)),
      ({ length }) => length === 1,
    );
    return document!.number;
  }

  /** Somebody has it sent, or fetches it. */
  async #asked(number: string, channel: string, key: string, idempotencyKey: string): Promise<void> {
    if (channel === 'download') await this.system.operator.as(key).file(`/invoices/${number}.pdf`);
    else await this.system.operator.post(`/invoices/${number}/deliveries`, { channel }, { idempotencyKey });
  }

  /** Deliveries, once all have ended. */
  async #ended(number: string): Promise<readonly DeliveryTold[]> {
    return this.#steps.until(
      async () =>
        (await this.system.operator.get<{ items: DeliveryTold[] }>(`/invoices/${number}/deliveries`)).items,
      (all) => all.length > 0 && all.every(({ status }) => status !== 'waiting'),
    );
  }

  async #wentOut(mailbox: string, number: string, times: number): Promise<void> {
    const to = (): readonly TakenMail[] => this.smtp.mails.filter((mail) => mail.to.includes(mailbox));
    await this.#steps.until(
      () => Promise.resolve(to().length),
      (count) => count >= times,
    );
    const ids = to().map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1]);
    assert.equal(ids.length, times, `${number} went out ${ids.length} times`);
    assert.equal(new Set(ids).size, 1, `${number} went out as several mails`);
    assert.notEqual(ids[0], undefined);
  }

  /** The electronic invoice is there, once and whole. */
  async #lies(number: string): Promise<void> {
    const folder = join(this.system.dataFolder, 'e-invoices');
    assert.deepEqual(
      // An array of this realm, wherever the story is run.
      [...(await readdir(folder))].filter((name) => name.startsWith(number)),
      [`${number}.xml`],
    );
    const issued = await this.system.operator.file(`/invoices/${number}.xml`);
    assert.ok((await readFile(join(folder, `${number}.xml`))).equals(issued));
  }
}
