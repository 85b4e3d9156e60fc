import { enterpriseQuote, perUnitQuote, Steps } from '@smartkey/testing/end-to-end';
import type { Person, PortalSystem } from './portal-system.ts';
import type { Populated } from './screens.ts';

/** What people wrote, by where they wrote it. */
export type Words = (what: string) => string;

/** A contract that a month was lived through with, and people around it. */
export interface LivedIn extends Populated {
  readonly operator: Person;
  /** Another of the office, so that two can act. */
  readonly colleague: Person;
  readonly finance: Person;
  readonly auditor: Person;
  /** Of the contract, with every right. */
  readonly administrator: Person;
  /** Of the contract, who may read and nothing else. */
  readonly reader: Person;
  /** Of the contract, who looks after what is paid and nothing else. */
  readonly payer: Person;
  /** A contract of somebody else, of the other plan. */
  readonly foreign: string;
  readonly foreignInvoice: string;
}

/**
 * Fills a new system, whose clock stands at 2026-11-25, with something for every screen.
 * @param words what stands in every text that people write
 */
export async function liveIn(portal: PortalSystem, words: Words): Promise<LivedIn> {
  const key = portal.operator;
  const steps = new Steps(key);
  const operator = await portal.firstOperator('taro');
  const office = () => portal.as(operator.session);

  const contract = (
    await office().post<{ id: string }>('/contracts', {
      applicant: {
        name: words('株式会社見本'),
        iijIdContract: 'IIJID-0001',
        department: words('情報システム部'),
        address: words('東京都千代田区富士見2-10-2'),
        email: 'system@example.jp',
      },
      plan: 'enterprise',
    })
  ).id;
  const at = `/contracts/${contract}`;
  await office().post(`${at}/quotes`, {
    ...(enterpriseQuote('2026-11') as object),
    agreement: words('2026年11月25日 メールで合意'),
    reason: words('初回の提示'),
  });
  await office().post(`${at}/acceptance`, { billingStartDate: '2026-11-25' });
  await office().put(`${at}/billing-start-date`, {
    date: '2026-11-25',
    reason: words('契約書のとおり'),
    agreement: words('契約者の同意あり'),
  });
  const foreign = await steps.accepted('service-provider', '2026-11-25', perUnitQuote('2026-11'));
  await office().put(`/contracts/${foreign}/withholding`, { withheld: true, reason: words('条件の未達') });
  await office().put(`/contracts/${foreign}/withholding`, {
    withheld: false,
    reason: words('条件を満たした'),
  });
  for (const opened of [contract, foreign])
    await office().post(`/contracts/${opened}/openings`, { reason: words('お問い合わせの調査') });
  const rejected = await steps.apply('enterprise', words('有限会社却下'));
  await office().post(`/contracts/${rejected}/rejection`, { reason: words('審査の結果') });
  const applied = await steps.apply('enterprise', words('合同会社申込'));

  for (const condition of ['1', '2', '3', '4', '5'])
    await office().put(`${at}/conditions/${condition}`, {
      met: condition !== '5',
      on: '2026-11-25',
      attestedBy: words('見本 花子'),
      ...(condition === '3' && { licenceVersion: words('2026-10版') }),
    });
  await office().patch(`${at}/billing-profile`, {
    billTo: {
      name: words('株式会社見本 経理部'),
      honorific: '御中',
      postalCode: '102-0071',
      address: words('東京都千代田区富士見2-10-2'),
      department: words('経理課'),
      contact: words('見本 次郎'),
    },
    purchaseOrder: words('PO-2026-11'),
  });

  const everything = ['administer', 'ids', 'billing', 'read'];
  const administrator = await portal.invited(operator, `${at}/people`, { rights: everything }, 'hanako');
  const reader = await portal.invited(operator, `${at}/people`, { rights: ['read'] }, 'jiro');
  const payer = await portal.invited(operator, `${at}/people`, { rights: ['billing'] }, 'goro');
  const finance = await portal.invited(operator, '/people', { roles: ['finance'] }, 'keiri');
  const auditor = await portal.invited(operator, '/people', { roles: ['auditor'] }, 'kansa');
  const colleague = await portal.invited(operator, '/people', { roles: ['operator'] }, 'saburo');
  await office().post('/people', {
    name: words('招待中 四郎'),
    email: 'shiro@operator.example',
    roles: ['operator', 'finance'],
  });
  await office().patch(`/people/${colleague.id}`, { status: 'suspended', reason: words('休職') });
  await office().patch(`/people/${colleague.id}`, { status: 'active', reason: words('復職') });
  await office().post(`${at}/keys`, { role: 'service-provider', name: words('認証サーバー') });
  await office().post('/keys', { role: 'auditor', name: words('監査用の連携') });
  await key.put('/status/restrictions/maintenance', { active: true, detail: words('定期保守を行います。') });

  await steps.registerMany(contract, 130, 'user');
  const account = await steps.register(contract, 'somebody@example.jp', { displayName: words('見本 三郎') });
  const ofOther = await steps.register(foreign, 'customer-1');
  const phone = await steps.enrol(contract, account, { deviceName: words('会社の電話') });
  const another = await steps.enrol(foreign, ofOther);
  for (const day of ['26', '27', '29']) {
    const now = `2026-11-${day}T10:00:00+09:00`;
    await steps.setClock(now);
    await steps.authenticate(contract, 'somebody@example.jp', phone.codeAt(now));
    await steps.authenticate(foreign, 'customer-1', another.codeAt(now));
  }
  const suspended = await steps.register(contract, 'suspended@example.jp', {
    displayName: words('停止 太郎'),
  });
  await office().post(`${at}/ids/${suspended}/suspend`, { reason: words('長期の不在') });
  await office().post(`${at}/one-time-fees`, {
    amount: '5000',
    description: words('初期設定の作業'),
    occurredOn: '2026-11-26',
    taxCode: 'standard',
  });

  await steps.setClock('2026-12-01T00:00:00+09:00');
  await steps.close('2026-11');
  const run = await one<{ id?: string; runId?: string }>(steps, '/billing/runs');
  const invoice = (await one<{ number: string }>(steps, `/invoices?contract=${contract}`)).number;
  const foreignInvoice = (await one<{ number: string }>(steps, `/invoices?contract=${foreign}`)).number;

  await office().post(`${at}/ids`, {
    externalId: 'late@example.jp',
    displayName: words('遅れて 届く'),
    registeredOn: '2026-11-26',
    reason: words('登録もれ'),
  });
  await one(steps, `${at}/corrections`);
  const note = await office().post<{ approval: string }>(`/invoices/${invoice}/credit-notes`, {
    amount: '100',
    taxCode: 'JP-STD-10-2019',
    reason: words('障害のおわび'),
    agreedOn: '2026-12-01',
  });
  await office().put('/billing/issuer', {
    from: '2027-01',
    name: words('株式会社スマートキー'),
    registrationNumber: 'T8700110005901',
    postalCode: '100-0001',
    address: words('東京都千代田区千代田1-1'),
    reason: words('商号の変更'),
  });
  await office().put('/billing/policies/2027-01', { taxRounding: 'floor', reason: words('取り決めの変更') });
  const exported = await office().post<{ id: string }>('/exports', { month: '2026-11', format: 'yayoi' });
  await steps.until(
    () => key.get<{ status?: string; state?: string }>(`/exports/${exported.id}`),
    ({ status, state }) => (status ?? state) !== 'making',
  );
  await office().put(`/exports/${exported.id}/acknowledgement`, {
    on: '2026-12-01',
    externalId: 'J-2026-11',
  });
  await office().post(`${at}/plan-changes`, { plan: 'service-provider', fromMonth: '2027-02' });
  const ended = await office().post<{ id: string }>(`/contracts/${foreign}/cancellation`, {
    arrivedAt: '2026-12-01T00:00:00+09:00',
    requestedDay: '2027-03-31',
    form: 'paper',
  });
  await office().delete(
    `/contracts/${foreign}/cancellation/${ended.id}?reason=${encodeURIComponent(words('撤回のお申し出'))}`,
  );
  return {
    contract,
    applied,
    account,
    invoice,
    run: run.id ?? run.runId!,
    approval: note.approval,
    exported: exported.id,
    person: administrator.id,
    officer: colleague.id,
    operator,
    colleague,
    finance,
    auditor,
    administrator,
    reader,
    payer,
    foreign,
    foreignInvoice,
  };
}

/** The first of a list, once there is one: lists may follow what was done by a moment. */
async function one<Item>(steps: Steps, path: string): Promise<Item> {
  const { items } = await steps.until(
    () => steps.operator.get<{ items: Item[] }>(path),
    (page) => page.items.length > 0,
  );
  return items[0]!;
}
