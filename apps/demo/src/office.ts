import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, Phone } from '@smartkey/api-client';
import type {
  AuthenticationAnswer,
  ClosingRun,
  Created,
  Enrolment,
  ImportProgress,
  IssuerData,
} from './api-shapes.ts';

/** A person of a contractor with an enrolled phone. */
export interface SignedUpPerson {
  readonly externalId: string;
  readonly phone: Phone;
}

/** What the people around the service do in a month, each through the public surface with a key of their own. */
export class Office {
  constructor(
    readonly operator: ApiClient,
    private readonly progress: (text: string, done: number, total: number) => void,
  ) {}

  /** Moves business time on; answers when what became due until then is done. */
  async advanceTo(now: string): Promise<void> {
    await this.operator.put('/sandbox/clock', { now }, { idempotencyKey: `demo-clock-${now}` });
  }

  async now(): Promise<string> {
    return (await this.operator.get<{ now: string }>('/sandbox/clock')).now;
  }

  /** Says what stands on documents of the one who issues them. */
  async issuer(from: string): Promise<void> {
    const { items } = await this.operator.get<{ items: IssuerData[] }>('/billing/issuer');
    const { name, registrationNumber } = items.at(-1)!;
    await this.operator.put('/billing/issuer', {
      from,
      name,
      registrationNumber,
      postalCode: '102-0071',
      address: '東京都千代田区富士見2-10-2',
      phone: '03-0000-0000',
      bankAccount: {
        bank: '見本銀行',
        branch: '本店営業部',
        type: 'ordinary',
        number: '1234567',
        holder: 'カ）ミホンインターネット',
      },
      endpoint: { scheme: '0221', id: registrationNumber },
      reason: '書類の記載事項',
    });
  }

  /** Says where a contractor's documents go to. */
  async billTo(contract: string, address: string, endpoint: string): Promise<void> {
    await this.operator.patch(`/contracts/${contract}/billing-profile`, {
      billTo: { postalCode: '100-0001', address, department: '経理部' },
      endpoint: { scheme: '0221', id: endpoint },
    });
  }

  /** Applies for, quotes and accepts a contract. @returns its id. */
  async contract(
    name: string,
    plan: string,
    billingStartDate: string,
    quotes: readonly object[],
  ): Promise<string> {
    const applicant = {
      name,
      iijIdContract: `iid-${encodeURIComponent(name).slice(-8).replaceAll('%', '')}`,
      email: 'keiri@example.jp',
    };
    const { id } = await this.operator.post<Created>('/contracts', { applicant, plan });
    for (const quote of quotes) await this.operator.post(`/contracts/${id}/quotes`, quote);
    await this.operator.post(`/contracts/${id}/acceptance`, { billingStartDate });
    return id;
  }

  /** A client with a new key of that role, bound to the contract. */
  async client(contract: string, role: 'contractor' | 'service-provider'): Promise<ApiClient> {
    const { key } = await this.operator.post<{ key: string }>(`/contracts/${contract}/keys`, {
      role,
      name: `demo ${role}`,
    });
    return this.operator.as(key);
  }

  /** Imports a CSV of IDs and waits until every row has its result. */
  async import(
    administrator: ApiClient,
    contract: string,
    csv: string,
    what: string,
  ): Promise<ImportProgress> {
    const { id } = await administrator.post<Created>(`/contracts/${contract}/ids/imports`, undefined, {
      raw: { contentType: 'text/csv', text: csv },
      idempotencyKey: `demo-import-${contract}-${what.replaceAll(' ', '-')}`,
    });
    for (;;) {
      const job = await administrator.get<ImportProgress>(`/contracts/${contract}/imports/${id}`);
      this.progress(what, job.done, job.total);
      if (!['queued', 'running'].includes(job.status)) return job;
      await pause(50);
    }
  }

  /** Enrols a phone for an ID that is registered, as the administrator and the person holding the phone do together. */
  async enrol(administrator: ApiClient, contract: string, externalId: string): Promise<SignedUpPerson> {
    const page = await administrator.get<{ items: Created[] }>(
      `/contracts/${contract}/ids?externalId=${encodeURIComponent(externalId)}`,
    );
    const account = page.items[0];
    if (account === undefined) throw new Error(`${externalId} is not registered`);
    const enrolment = await administrator.post<Enrolment>(
      `/contracts/${contract}/ids/${account.id}/enrolments`,
      {
        deviceName: `phone of ${externalId}`,
      },
    );
    const phone = new Phone(enrolment.otpauthUri);
    await administrator.post(`/enrolments/${enrolment.id}/confirmation`, {
      code: phone.codeAt(await this.now()),
    });
    return { externalId, phone };
  }

  /** Enrols several people, with progress. */
  async enrolAll(
    administrator: ApiClient,
    contract: string,
    externalIds: readonly string[],
    what: string,
  ): Promise<SignedUpPerson[]> {
    const people: SignedUpPerson[] = [];
    for (const externalId of externalIds) {
      people.push(await this.enrol(administrator, contract, externalId));
      this.progress(what, people.length, externalIds.length);
    }
    return people;
  }

  /** Signs in with the code that the phone shows now. */
  async signIn(provider: ApiClient, person: SignedUpPerson): Promise<AuthenticationAnswer> {
    return provider.post('/authentications', {
      externalId: person.externalId,
      code: person.phone.codeAt(await this.now()),
    });
  }

  /** Closes a month and waits for the run to end. */
  async close(month: string): Promise<ClosingRun> {
    const { runId } = await this.operator.post<{ runId: string }>(`/billing/months/${month}/close`);
    for (;;) {
      const run = await this.operator.get<ClosingRun>(`/billing/runs/${runId}`);
      const done = run.contracts.issued + run.contracts.nothingDue + run.contracts.parked;
      this.progress(`closing ${month}`, done, run.contracts.total);
      if (run.state === 'completed' || run.state === 'partial') return run;
      await pause(50);
    }
  }
}
