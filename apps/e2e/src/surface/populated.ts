import { enterpriseQuote, perUnitQuote, Steps, type Program } from '@smartkey/testing/end-to-end';

export const ROLES = ['operator', 'contractor', 'service-provider', 'finance', 'auditor'] as const;
export type PopulatedRole = (typeof ROLES)[number];

/** A system with something of every kind in it, and a key of each role. */
export interface Populated {
  readonly keys: Readonly<Record<PopulatedRole, string>>;
  /** What stands for a parameter of a path, by the name that the OpenAPI document gives it. */
  readonly named: Readonly<Record<string, readonly string[]>>;
}

/** Settings that `populate` needs. */
export const POPULATED = {
  SMARTKEY_CLOCK_START: '2024-01-01T00:00:00Z',
  SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
} as const;

/** Settings by which no client is too fast. */
export const UNLIMITED = {
  SMARTKEY_RATE_PER_SECOND: '100000',
  SMARTKEY_RATE_BURST: '100000',
  SMARTKEY_FAILED_KEYS_PER_MINUTE: '1000000',
  SMARTKEY_FAILED_KEYS_BURST: '1000000',
} as const;

const DEVICE = { digits: 6, period: 30 };

/** Fills a system that stands at 2024-01-01 on its sandbox clock: a month is lived through, closed and exported. */
export async function populate(system: Program, operatorKey: string): Promise<Populated> {
  const { operator } = system;
  const steps = new Steps(operator);
  const contract = await steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  const provider = await steps.accepted('service-provider', '2024-01-01', perUnitQuote('2024-01'));
  const applied = await steps.apply();

  await steps.registerMany(contract, 200, 'of-a-file-');
  const account = await steps.register(contract, 'somebody@example.jp', { displayName: '誰か' });
  const other = await steps.register(provider, 'customer-1');
  await steps.enrol(contract, account, DEVICE);
  const phone = await steps.enrol(provider, other, DEVICE);
  await steps.setClock('2024-01-10T00:00:00Z');
  await steps.authenticate(provider, 'customer-1', phone.codeAt('2024-01-10T00:00:00Z'));
  const waiting = await operator.post<{ id: string }>(`/contracts/${contract}/ids/${account}/enrolments`, {});
  const fee = await operator.post<{ id: string }>(`/contracts/${contract}/one-time-fees`, {
    amount: '5000',
    description: '設定作業',
    occurredOn: '2024-01-10',
  });
  await operator.put('/status/restrictions/carrier', { active: true, detail: 'A carrier is down.' });

  await steps.setClock('2024-02-01T00:00:00Z');
  await steps.close('2024-01');
  const idsOf = async (path: string, member = 'id'): Promise<string[]> => {
    const read = () => operator.get<{ items: Record<string, string>[] }>(path);
    // What is listed may follow what was done by a moment.
    const { items } = await steps.until(read, (page) => page.items.length > 0);
    return items.map((each) => each[member]!);
  };
  const { spells } = await operator.get<{ spells: readonly { id: string }[] }>(
    `/contracts/${contract}/ids/${account}`,
  );
  const planChange = await operator.post<{ id: string }>(`/contracts/${contract}/plan-changes`, {
    plan: 'service-provider',
    fromMonth: '2024-04',
  });
  const cancellation = await operator.post<{ id: string }>(`/contracts/${provider}/cancellation`, {
    requestedDay: '2024-06-30',
  });
  // Of an issued month: it waits for another person.
  const proposed = await operator.delete<{ approval: string }>(
    `/contracts/${contract}/one-time-fees/${fee.id}?reason=goodwill`,
  );
  const [number] = await idsOf('/invoices', 'number');
  const note = await operator.post<{ approval: string }>(`/invoices/${number}/credit-notes`, {
    amount: '1',
    taxCode: 'JP-STD-10-2019',
    reason: 'お詫び',
    agreedOn: '2024-02-01',
  });
  const exported = await operator.post<{ id: string }>('/exports', {
    month: '2024-01',
    format: 'canonical-csv',
  });

  const keyOf = async (path: string, role: PopulatedRole): Promise<string> =>
    (await operator.post<{ key: string }>(path, { role })).key;
  return {
    keys: {
      operator: operatorKey,
      contractor: await keyOf(`/contracts/${contract}/keys`, 'contractor'),
      'service-provider': await keyOf(`/contracts/${provider}/keys`, 'service-provider'),
      finance: await keyOf('/keys', 'finance'),
      auditor: await keyOf('/keys', 'auditor'),
    },
    named: {
      id: [contract, provider, applied, exported.id],
      rid: [account, other],
      spell: [spells[0]!.id],
      did: await idsOf(`/contracts/${contract}/ids/${account}/devices`),
      eid: [waiting.id],
      iid: await idsOf(`/contracts/${contract}/imports`),
      // One that nobody's key is taken away with.
      kid: [(await operator.post<{ id: string }>('/keys', { role: 'auditor' })).id],
      month: ['2024-01', '2024-02'],
      run: await idsOf('/billing/runs'),
      number: await idsOf('/invoices', 'number'),
      n: ['1', '2', '3'],
      fee: [fee.id],
      approval: [proposed.approval, note.approval],
      planChange: [planChange.id],
      cancellation: [cancellation.id],
      condition: ['1', '2', '3', '4', '5'],
      iijIdContract: ['iid-1'],
      name: ['carrier'],
    },
  };
}
