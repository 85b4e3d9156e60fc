import type { ApiClient } from '@smartkey/api-client';
import { enterpriseQuote, perUnitQuote, Steps } from '@smartkey/testing/end-to-end';

/** A request, and the status that it must be answered with. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly status: number;
}

/** Two cases that a caller must not tell apart, by the answer or by the time that it takes. */
export interface Pair {
  readonly name: string;
  readonly key: string;
  /** The n-th request of each case. */
  readonly one: (n: number) => Sent;
  readonly other: (n: number) => Sent;
}

const PEOPLE = 12;
const CODE = '000000';

const unknownId = (prefix: string, n: number): string => `${prefix}_${String(n % 10).repeat(26)}`;
const keyOf = async (operator: ApiClient, contract: string, role: string): Promise<string> =>
  (await operator.post<{ key: string }>(`/contracts/${contract}/keys`, { role })).key;

interface Person {
  readonly account: string;
  readonly device: string;
  readonly enrolment: string;
}

/** People with a device who have signed in, and whose next enrolment waits. */
async function people(steps: Steps, contract: string, prefix: string): Promise<readonly Person[]> {
  const { operator } = steps;
  const made: Person[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const account = await steps.register(contract, `${prefix}${n}`);
    const phone = await steps.enrol(contract, account);
    for (const code of [phone.codeAt(await steps.now(), 1), CODE, CODE])
      await steps.authenticate(contract, `${prefix}${n}`, code);
    const { items } = await operator.get<{ items: { id: string }[] }>(
      `/contracts/${contract}/ids/${account}/devices`,
    );
    const { id: enrolment } = await operator.post<{ id: string }>(
      `/contracts/${contract}/ids/${account}/enrolments`,
      {},
    );
    made.push({ account, device: items[0]!.id, enrolment });
  }
  return made;
}

/**
 * Fills a system that stands at 2024-01-01 on its sandbox clock with two tenants, and says what one of them may not tell
 * apart. (Numbers of invoices have no gaps, so there is nothing to tell of them.)
 */
export async function cases(operator: ApiClient): Promise<readonly Pair[]> {
  const steps = new Steps(operator);
  const own = await steps.accepted('service-provider', '2024-01-01', perUnitQuote('2024-01'));
  const theirs = await steps.accepted('enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  const foreign = await people(steps, theirs, 'foreign-');
  const gone = await people(steps, own, 'gone-');
  await steps.import(theirs, 'externalId,action\nof-a-file,register\n');
  for (const { account } of gone) await operator.delete(`/contracts/${own}/ids/${account}`);
  const imports = await operator.get<{ items: { id: string }[] }>(`/contracts/${theirs}/imports`);
  const contractor = await keyOf(operator, own, 'contractor');
  const provider = await keyOf(operator, own, 'service-provider');

  const of = <T>(list: readonly T[], n: number): T => list[n % list.length]!;
  const signIn = (body: object): Sent => ({
    method: 'POST',
    path: '/authentications',
    body: { ...body, code: CODE },
    status: 200,
  });
  const read = (path: string): Sent => ({ method: 'GET', path, status: 404 });
  const write = (path: string, body?: object): Sent => ({
    method: 'POST',
    path,
    ...(body === undefined ? {} : { body }),
    status: 404,
  });
  return [
    {
      name: 'sign-in by id: foreign, unknown',
      key: provider,
      one: (n) => signIn({ id: of(foreign, n).account }),
      other: (n) => signIn({ id: unknownId('rid', n) }),
    },
    {
      name: 'sign-in by id: deregistered, unknown',
      key: provider,
      one: (n) => signIn({ id: of(gone, n).account }),
      other: (n) => signIn({ id: unknownId('rid', n) }),
    },
    {
      name: 'sign-in by external id: deregistered, never registered',
      key: provider,
      one: (n) => signIn({ externalId: `gone-${n % PEOPLE}` }),
      other: (n) => signIn({ externalId: `none-${n % PEOPLE}` }),
    },
    {
      name: 'sign-in by external id: foreign, never registered',
      key: provider,
      one: (n) => signIn({ externalId: `foreign-${n % PEOPLE}` }),
      other: (n) => signIn({ externalId: `nobodys-${n % PEOPLE}` }),
    },
    {
      name: 'an ID: foreign, unknown',
      key: contractor,
      one: (n) => read(`/contracts/${own}/ids/${of(foreign, n).account}`),
      other: (n) => read(`/contracts/${own}/ids/${unknownId('rid', n)}`),
    },
    {
      name: 'devices of an ID: foreign, unknown',
      key: contractor,
      one: (n) => read(`/contracts/${own}/ids/${of(foreign, n).account}/devices`),
      other: (n) => read(`/contracts/${own}/ids/${unknownId('rid', n)}/devices`),
    },
    {
      name: 'suspension of an ID: foreign, unknown',
      key: contractor,
      one: (n) => write(`/contracts/${own}/ids/${of(foreign, n).account}/suspend`),
      other: (n) => write(`/contracts/${own}/ids/${unknownId('rid', n)}/suspend`),
    },
    {
      name: 'suspension of a device: foreign, unknown',
      key: contractor,
      one: (n) => write(`/devices/${of(foreign, n).device}/suspend`),
      other: (n) => write(`/devices/${unknownId('dev', n)}/suspend`),
    },
    {
      name: 'confirmation of an enrolment: foreign, unknown',
      key: contractor,
      one: (n) => write(`/enrolments/${of(foreign, n).enrolment}/confirmation`, { code: CODE }),
      other: (n) => write(`/enrolments/${unknownId('enr', n)}/confirmation`, { code: CODE }),
    },
    {
      name: 'an import: foreign, unknown',
      key: contractor,
      one: () => read(`/contracts/${own}/imports/${imports.items[0]!.id}`),
      other: (n) => read(`/contracts/${own}/imports/${unknownId('imp', n)}`),
    },
    {
      name: 'a contract: foreign, unknown',
      key: contractor,
      one: () => read(`/contracts/${theirs}`),
      other: (n) => read(`/contracts/${unknownId('ctr', n)}`),
    },
  ];
}
