import { randomUUID } from 'node:crypto';
import { type ApiAnswer, type ApiClient, Phone } from '@smartkey/api-client';
import { untilSeen } from '../until.ts';

export interface Line {
  readonly item: string;
  readonly amount: string;
  readonly quantity?: string;
  readonly unitPrice?: string;
  readonly taxCode: string;
}

export interface InvoiceDocument {
  readonly number: string;
  readonly contract: string;
  readonly kind: string;
  readonly month: string;
  readonly lines: readonly Line[];
  readonly taxes: readonly {
    readonly taxCode: string;
    readonly rate: string;
    readonly taxable: string;
    readonly tax: string;
  }[];
  readonly net: string;
  readonly tax: string;
  readonly total: string;
}

export interface Run {
  readonly state: string;
  readonly contracts: {
    readonly total: number;
    readonly issued: number;
    readonly nothingDue: number;
    readonly parked: number;
  };
  readonly waitingFor: readonly unknown[];
}

export const enterpriseQuote = (effectiveMonth: string, more: object = {}): object => ({
  plan: 'enterprise',
  effectiveMonth,
  baseFee: '10000',
  accountFee: '300',
  ...more,
});

export const perUnitQuote = (effectiveMonth: string, unitPrice = '2'): object => ({
  plan: 'service-provider',
  effectiveMonth,
  baseFee: '5000',
  authApi: { model: 'perUnit', unitPrice },
});

/** What has not come after so long never comes (system time): far more than a busy machine takes. */
const PATIENCE_SECONDS = 300;

let applicants = 0;

/** Steps that most stories share. Every failure is the service's own problem document. */
export class Steps {
  /** Ids of the contracts that were applied for, in their order. */
  readonly contracts: string[] = [];

  constructor(readonly operator: ApiClient) {}

  async setClock(now: string): Promise<void> {
    // With a key, so that a move that a part was missing for is repeated, and goes on where it was.
    await this.operator.put('/sandbox/clock', { now }, { idempotencyKey: randomUUID() });
  }

  /** Business time: the sandbox clock's, or the machine's where there is none. */
  async now(): Promise<string> {
    const { status, body } = await this.operator.call<{ now: string }>('GET', '/sandbox/clock');
    return status === 409 ? new Date().toISOString() : body.now;
  }

  async apply(plan = 'enterprise', name?: string): Promise<string> {
    applicants += 1;
    const applicant = { name: name ?? `試験株式会社${applicants}`, iijIdContract: `iid-${applicants}` };
    const { id } = await this.operator.post<{ id: string }>('/contracts', { applicant, plan });
    this.contracts.push(id);
    return id;
  }

  /** A contract that is applied for, quoted and accepted now. */
  async accepted(
    plan: string,
    billingStartDate: string | undefined,
    ...quotes: readonly object[]
  ): Promise<string> {
    const id = await this.apply(plan);
    for (const quote of quotes) await this.operator.post(`/contracts/${id}/quotes`, quote);
    await this.operator.post(
      `/contracts/${id}/acceptance`,
      billingStartDate === undefined ? {} : { billingStartDate },
    );
    return id;
  }

  async client(contract: string, role: 'contractor' | 'service-provider'): Promise<ApiClient> {
    const { key } = await this.operator.post<{ key: string }>(`/contracts/${contract}/keys`, { role });
    return this.operator.as(key);
  }

  /** As a client of ours does it: by a key, so that what the server asks to be repeated is. */
  async register(contract: string, externalId: string, more: object = {}): Promise<string> {
    const asked = { externalId, ...more };
    const { id } = await this.operator.post<{ id: string }>(`/contracts/${contract}/ids`, asked, {
      idempotencyKey: randomUUID(),
    });
    return id;
  }

  async registerMany(contract: string, count: number, prefix: string): Promise<void> {
    const rows = Array.from({ length: count }, (_, index) => `${prefix}${index},,register`);
    await this.import(contract, ['externalId,displayName,action', ...rows].join('\n'));
  }

  async import(contract: string, csv: string, seconds = PATIENCE_SECONDS): Promise<void> {
    const { id } = await this.operator.post<{ id: string }>(`/contracts/${contract}/ids/imports`, undefined, {
      raw: { contentType: 'text/csv', text: csv },
    });
    await this.until(
      () => this.operator.get<{ status: string }>(`/contracts/${contract}/imports/${id}`),
      (job) => !['queued', 'running'].includes(job.status),
      seconds,
    );
  }

  async enrol(contract: string, account: string, settings: object = {}): Promise<Phone> {
    const enrolment = await this.operator.post<{ id: string; otpauthUri: string }>(
      `/contracts/${contract}/ids/${account}/enrolments`,
      settings,
    );
    const phone = new Phone(enrolment.otpauthUri);
    await this.operator.post(`/enrolments/${enrolment.id}/confirmation`, {
      code: phone.codeAt(await this.now()),
    });
    return phone;
  }

  authenticate(
    contract: string,
    externalId: string,
    code: string,
  ): Promise<{ result: string; reason?: string; id: string }> {
    return this.operator.post('/authentications', { contract, externalId, code });
  }

  async close(month: string): Promise<Run> {
    // With a key, so that a part that cannot be reached for a moment is asked again.
    const { runId } = await this.operator.post<{ runId: string }>(
      `/billing/months/${month}/close`,
      undefined,
      {
        idempotencyKey: randomUUID(),
      },
    );
    return this.until(
      () => this.operator.get<Run>(`/billing/runs/${runId}`),
      (run) => run.state === 'completed' || run.state === 'partial',
    );
  }

  async invoices(contract: string, month?: string): Promise<InvoiceDocument[]> {
    const documents: InvoiceDocument[] = [];
    const query = month === undefined ? '' : `&month=${month}`;
    for await (const { number } of this.operator.pages<{ number: string }>(
      `/invoices?contract=${contract}${query}`,
    ))
      documents.push(await this.#document(number));
    return documents;
  }

  /** A document without how far its files are, which goes on by itself. */
  async #document(number: string): Promise<InvoiceDocument> {
    const { files: _files, ...document } = await this.operator.get<InvoiceDocument & { files: unknown }>(
      `/invoices/${number}`,
    );
    return document;
  }

  /** Reads again until it is done. @throws where it never comes, with what was read last. */
  until<T>(read: () => Promise<T>, done: (value: T) => boolean, seconds = PATIENCE_SECONDS): Promise<T> {
    return untilSeen(read, done, { seconds });
  }
}

/** The parts of a problem document that tests look at. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly rule?: string;
    readonly detail?: string;
  }[];
}

export const isProblem = (answer: ApiAnswer<unknown>): boolean =>
  (answer.headers.get('content-type') ?? '').startsWith('application/problem+json');
