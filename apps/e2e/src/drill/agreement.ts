import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Patience } from './patience.ts';
import type { Phase } from './phase.ts';
import type { Report } from './report.ts';
import { documentsOf, documentsStand } from './sent-documents.ts';
import { BILLED_BEFORE, monthBeside } from './stage/months.ts';
import type { Whole } from './stage/whole.ts';
import type { Writers } from './writers.ts';

interface Usage {
  readonly accounts: { readonly count: number };
  readonly authentications: { readonly count: number };
  readonly asOf: string | null;
  /** Of an issued month. */
  readonly billed?: Pick<Usage, 'accounts' | 'authentications'>;
}

interface Verification {
  readonly sound: boolean;
  readonly services: readonly object[];
}

const PATIENCE_MILLIS = 180_000;

/** The kinds of what people are promised; the last two lie in one log. */
export type Promised = 'registrations' | 'signIns' | 'applications' | 'orders' | 'documents';

/** What may be gone without being a fault: what was acknowledged in these phases. */
export type Allowed = Partial<Record<Promised, readonly Phase[]>>;

/**
 * Waits until everything that tells of the same facts tells the same: the log, the list, the ledger, the log of attempts, the invoices of the
 * closed month, and the verification; and that what was promised is there, but for what the loss took.
 * @throws where it does not come to that, and nothing has moved for three minutes.
 */
export async function mustAgree(
  whole: Whole,
  writers: Writers,
  report: Report,
  allowed: Allowed = {},
): Promise<void> {
  const { steps, operator } = whole;
  // Past everything that was written: the ledger is asked up to there.
  await steps.setClock(`${monthBeside(writers.month, 1)}-02T00:00:00Z`);
  const accounts = await listed(whole, `/contracts/${writers.enterprise}/ids?limit=200`);
  const signIns = await attempts(whole, writers);
  const enterprise = await settledUsage(whole, writers.enterprise, writers.month);
  const provider = await settledUsage(whole, writers.provider, writers.month);
  if (whole.shape.kind !== 'embedded') {
    const registry = await whole.logged('device-registry');
    const logged = registry
      .filter(({ type, data }) => type === 'IdRegistered' && data['contract'] === writers.enterprise)
      .map(({ data }) => String(data['account']));
    assert.deepEqual(sorted(accounts), sorted(logged), 'the list holds what the log holds');
    const succeeded = (await whole.logged('authentication')).filter(
      ({ type, data }) => type === 'AuthSucceeded' && data['contract'] === writers.provider,
    );
    assert.equal(signIns.length, succeeded.length, 'the log of attempts holds the successes of the log');
  }
  assert.equal(enterprise.accounts.count, accounts.length, 'the ledger counts the IDs of the list');
  assert.equal(provider.authentications.count, signIns.length, 'the ledger counts the sign-ins');
  const lost = promisedAndGone(writers.registered, accounts, allowed.registrations, 'registrations');
  const gone = promisedAndGone(writers.signedIn, signIns, allowed.signIns, 'sign-ins');
  const contracts = await listed(whole, '/contracts?limit=200');
  const unknown = promisedAndGone(writers.applied, contracts, allowed.applications, 'applications');
  await lastOrderStands(whole, writers, allowed.orders);
  const unknownDocuments = await documentsStand(whole, writers, allowed.documents);
  const run = await steps.close(writers.month);
  assert.equal(run.state, 'completed', `the close of the month ended ${JSON.stringify(run)}`);
  await invoicesAgree(whole, writers, { accounts: accounts.length, signIns: signIns.length });
  await documentsStand(whole, writers, allowed.documents);
  const { sound, services } = await operator.post<Verification>('/audit/verification');
  assert.equal(sound, true, `the verification is not sound: ${JSON.stringify(services)}`);
  report.found(
    'do list, ledger, sign-ins, invoices and verification agree?',
    `${accounts.length} IDs and ${signIns.length} sign-ins everywhere, invoices once each, sound; ` +
      `lost: ${lost} registrations, ${gone} sign-ins, ${unknown} applications, ${unknownDocuments} documents`,
  );
}

async function listed(whole: Whole, path: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of whole.operator.pages<{ id: string }>(path)) ids.push(id);
  return ids;
}

async function attempts(whole: Whole, { provider, month }: Writers): Promise<readonly string[]> {
  const ids: string[] = [];
  const range = `result=success&from=${beginOf(month)}&to=${beginOf(monthBeside(month, 1))}&limit=200`;
  for await (const { clientRef } of whole.operator.pages<{ clientRef: string }>(
    `/contracts/${provider}/authentications?${range}`,
  ))
    ids.push(clientRef);
  return ids;
}

/** When a month begins, in Japan. */
const beginOf = (month: string): string => new Date(`${month}-01T00:00:00+09:00`).toISOString();

/** The profile has the last purchase-order number that no loss took. */
async function lastOrderStands(
  whole: Whole,
  { enterprise, ordered }: Writers,
  allowed: readonly Phase[] = [],
): Promise<void> {
  const last = [...ordered].filter(([, phase]) => !allowed.includes(phase)).at(-1)?.[0];
  if (last === undefined) return;
  const profile = await whole.operator.get<{ purchaseOrder?: string }>(
    `/contracts/${enterprise}/billing-profile`,
  );
  assert.equal(profile.purchaseOrder, last, 'the billing profile has what was entered last');
}

/** Once the ledger has everything that occurred in the month. */
async function settledUsage(whole: Whole, contract: string, month: string): Promise<Usage> {
  const patience = new Patience(PATIENCE_MILLIS);
  for (;;) {
    const usage = await whole.operator.get<Usage>(`/contracts/${contract}/usage/${month}`);
    if (usage.asOf !== null && usage.asOf > beginOf(monthBeside(month, 1))) return usage;
    if (patience.isOver(usage.asOf)) throw new Error(`the ledger still stands at ${usage.asOf}`);
    await pause(200);
  }
}

async function invoicesAgree(
  whole: Whole,
  writers: Writers,
  { accounts, signIns }: { readonly accounts: number; readonly signIns: number },
): Promise<void> {
  const { operator } = whole;
  const numbers: string[] = [];
  for await (const { number } of operator.pages<{ number: string }>('/invoices?limit=200'))
    numbers.push(number);
  assert.equal(new Set(numbers).size, numbers.length, 'no number is given twice');
  for (let before = 0; before <= BILLED_BEFORE; before += 1) {
    const month = monthBeside(writers.month, -before);
    const documents = await documentsOf(whole, writers, month);
    assert.equal(documents.length, 2, `one document of ${month} for each contract`);
  }
  const billed = async (contract: string): Promise<Usage['billed']> =>
    (await operator.get<Usage>(`/contracts/${contract}/usage/${writers.month}`)).billed;
  assert.equal((await billed(writers.enterprise))?.accounts.count, accounts, 'every ID is billed once');
  assert.equal(
    (await billed(writers.provider))?.authentications.count,
    signIns,
    'every sign-in is billed once',
  );
}

function promisedAndGone(
  promised: ReadonlyMap<string, Phase>,
  there: readonly string[],
  allowed: readonly Phase[] = [],
  what: string,
): number {
  const present = new Set(there);
  const gone = [...promised].filter(([id]) => !present.has(id));
  const wrongly = gone.filter(([, phase]) => !allowed.includes(phase));
  assert.equal(
    wrongly.length,
    0,
    `${what} are lost that no loss explains: ${wrongly.slice(0, 3).join('; ')}`,
  );
  return gone.length;
}

const sorted = (ids: readonly string[]): readonly string[] => [...ids].sort();
