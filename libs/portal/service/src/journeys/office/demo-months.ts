import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { PortalApi } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { monthAfter, monthOfDate } from '../../components/time.tsx';
import { dayInJapan } from '../../visit/day-in-japan.ts';

/** So many IDs has the sample; some come and go within the months. */
const IDS = 12;
/** A number of the right form that is nobody's: without one no month from 2023-10 on can be invoiced. */
const SAMPLE_REGISTRATION = 'T7123456789012';
/** So long is a close waited for, in looks of half a second. */
const LOOKS = 120;

/** Each step has its own key: pressed twice, or after a break, the button finishes what it began. */
const stepKey = (press: string, step: string): string =>
  createHash('sha256').update(`${press} ${step}`).digest('hex').slice(0, 36);

/**
 * A contract with prices and IDs, two months that pass, and their invoices: by the public surface alone.
 * @returns the id of the contract.
 */
export async function makeDemoMonths(api: PortalApi, press: string): Promise<string> {
  const header = (step: string) => ({ 'Idempotency-Key': stepKey(press, step) });
  const { now } = await api.GET('/v1/sandbox/clock');
  const today = dayInJapan(now);
  const month = monthOfDate(today);
  await sayIssuer(api, month, header('issuer'));
  const { id } = await api.POST('/v1/contracts', {
    params: { header: header('apply') },
    body: {
      applicant: {
        name: '株式会社見本',
        iijIdContract: `IIJID-${press.slice(0, 8)}`,
        address: '東京都千代田区富士見2-10-2',
        department: '情報システム部',
      },
      plan: 'enterprise',
    },
  });
  await api.POST('/v1/contracts/{id}/acceptance', {
    params: { path: { id }, header: header('accept') },
    body: { billingStartDate: today },
  });
  await api.POST('/v1/contracts/{id}/quotes', {
    params: { path: { id }, header: header('quote') },
    body: { plan: 'enterprise', effectiveMonth: month, baseFee: '10000', accountFee: '300' },
  });
  await api.POST('/v1/contracts/{id}/openings', {
    params: { path: { id }, header: header('open') },
    body: { reason: 'デモの2か月を作るため' },
  });
  const rids: string[] = [];
  for (let n = 1; n <= IDS; n += 1) {
    const account = await api.POST('/v1/contracts/{id}/ids', {
      params: { path: { id }, header: header(`id ${n}`) },
      body: { externalId: `user${String(n).padStart(2, '0')}@example.jp`, displayName: `見本 ${n}` },
    });
    rids.push(account.id);
  }
  await moveTo(api, `${month}-15T12:00:00+09:00`, header);
  for (const rid of rids.slice(0, 3))
    await api.DELETE('/v1/contracts/{id}/ids/{rid}', {
      params: { path: { id, rid }, header: header(`end ${rid}`) },
    });
  for (const closed of [month, monthAfter(month)]) {
    await moveTo(api, `${monthAfter(closed)}-01T00:00:00+09:00`, header);
    const { runId } = await api.POST('/v1/billing/months/{month}/close', {
      params: { path: { month: closed }, header: header(`close ${closed}`) },
    });
    await finished(api, runId);
  }
  return id;
}

/** Gives the issuer a registration number where nobody has: a sandbox that was just started has none. */
async function sayIssuer(api: PortalApi, from: string, header: { readonly 'Idempotency-Key': string }) {
  const { items } = await api.GET('/v1/billing/issuer');
  const last = items.at(-1);
  if (last === undefined || last.registrationNumber !== null) return;
  await api.PUT('/v1/billing/issuer', {
    params: { header },
    body: { from, name: last.name, registrationNumber: SAMPLE_REGISTRATION, reason: 'デモ' },
  });
}

/** The clock only goes forward: where it is past that already, it stays. */
async function moveTo(
  api: PortalApi,
  now: string,
  header: (step: string) => { readonly 'Idempotency-Key': string },
): Promise<void> {
  const clock = await api.GET('/v1/sandbox/clock');
  if (new Date(clock.now) >= new Date(now)) return;
  await api.PUT('/v1/sandbox/clock', { params: { header: header(`clock ${now}`) } as never, body: { now } });
}

async function finished(api: PortalApi, run: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const { state } = await api.GET('/v1/billing/runs/{run}', { params: { path: { run } } });
    if (state === 'completed' || state === 'partial') return;
    await pause(500);
  }
  throw new Refusal(503, 'close-takes-long', 'the close of the month takes longer than it should');
}
