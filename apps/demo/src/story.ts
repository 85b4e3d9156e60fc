import type { ApiClient } from '@smartkey/api-client';
import type { AuthenticationAnswer, Created } from './api-shapes.ts';
import type { Office, SignedUpPerson } from './office.ts';

/** The month that the demo lives through, and the one after it. */
export const MONTHS = ['2024-01', '2024-02'] as const;
/** Where the sandbox clock of a new demo starts: 2023-12-25 09:00 JST. */
export const STORY_BEGINS = '2023-12-25T00:00:00Z';

const IMPORTED_IDS = 1_200;
const SHOP_CUSTOMERS = 30;
/** Days of January on which every customer of the shop signs in once, at 10:00 JST. */
const SHOPPING_DAYS = ['04', '08', '12', '16', '18', '22', '24', '26', '28', '30'];

const csvOf = (rows: readonly (readonly string[])[]): string =>
  ['externalId,displayName,action', ...rows.map((row) => row.join(','))].join('\r\n') + '\r\n';
const ids = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${String(from + index).padStart(4, '0')}`);
const rows = (externalIds: readonly string[], action: string): string[][] =>
  externalIds.map((id) => [id, action === 'register' ? `社員 ${id}` : '', action]);

const enterpriseQuote = (effectiveMonth: string): object => ({
  plan: 'enterprise',
  effectiveMonth,
  baseFee: '10000',
  accountFee: '300',
});
const providerQuote = (effectiveMonth: string): object => ({
  plan: 'service-provider',
  effectiveMonth,
  baseFee: '5000',
  authApi: {
    model: 'graduated',
    freeUnits: 50,
    tiers: [
      { upTo: 100, unitPrice: '10' },
      { upTo: 300, unitPrice: '7.5', flatFee: '100' },
      { upTo: null, unitPrice: '5' },
    ],
  },
});

/** What the story leaves behind, for who looks at its documents. */
export interface StoryEnd {
  readonly contracts: Readonly<Record<'enterprise' | 'shop' | 'changing' | 'leaving', string>>;
  readonly successes: number;
  readonly denials: Readonly<Record<string, number>>;
  /** Input files by name, as they were imported. */
  readonly inputs: Readonly<Record<string, string>>;
}

/**
 * Two billing months in the life of the service: an enterprise with starts, ends and returns in mid-month, a shop billed by
 * graduated prices, a company that changes its plan, and one that leaves.
 */
export async function liveThroughTheStory(office: Office, say: (line: string) => void): Promise<StoryEnd> {
  const denials: Record<string, number> = {};
  let successes = 0;
  const count = (answer: AuthenticationAnswer): void => {
    if (answer.result === 'success') successes += 1;
    else denials[answer.reason ?? ''] = (denials[answer.reason ?? ''] ?? 0) + 1;
  };
  const inputs: Record<string, string> = {};
  const input = (name: string, csv: string): string => (inputs[name] = csv);

  say('25 December: four companies apply, are quoted and accepted');
  const enterprise = await office.contract('さくら商事株式会社', 'enterprise', '2024-01-01', [
    enterpriseQuote('2024-01'),
  ]);
  const shop = await office.contract('みなと決済サービス株式会社', 'service-provider', '2024-01-01', [
    providerQuote('2024-01'),
  ]);
  const changing = await office.contract('あおば物流株式会社', 'enterprise', '2024-01-01', [
    enterpriseQuote('2024-01'),
    providerQuote('2024-02'),
  ]);
  const leaving = await office.contract('北斗工業株式会社', 'enterprise', '2024-01-15', [
    enterpriseQuote('2024-01'),
  ]);
  await office.issuer(MONTHS[0]);
  await office.billTo(enterprise, '東京都千代田区千代田1-1', 'T1010001000001');
  await office.billTo(shop, '神奈川県横浜市中区港町1-1', 'T1020001000002');
  await office.billTo(changing, '大阪府大阪市北区梅田1-2-3', 'T1120001000003');
  await office.billTo(leaving, '北海道札幌市中央区北一条西2', 'T1430001000004');
  const [sakura, minato, aoba, hokuto] = (await Promise.all(
    [enterprise, shop, changing, leaving].map((contract) => office.client(contract, 'contractor')),
  )) as [ApiClient, ApiClient, ApiClient, ApiClient];
  const shopBackEnd = await office.client(shop, 'service-provider');
  const aobaBackEnd = await office.client(changing, 'service-provider');

  await office.advanceTo('2024-01-01T00:00:00Z');
  say(`1 January: the enterprise imports ${IMPORTED_IDS} IDs, the shop registers its customers`);
  await office.import(
    sakura,
    enterprise,
    input('sakura-staff.csv', csvOf(rows(ids('S', 1, IMPORTED_IDS), 'register'))),
    'importing IDs',
  );
  const customers = ids('C', 1, SHOP_CUSTOMERS);
  await office.import(
    minato,
    shop,
    input('minato-customers.csv', csvOf(rows(customers, 'register'))),
    'importing customers',
  );
  await office.import(
    aoba,
    changing,
    input('aoba-drivers.csv', csvOf(rows(ids('D', 1, 40), 'register'))),
    'importing drivers',
  );
  const staff = await office.enrolAll(sakura, enterprise, ids('S', 1, 10), 'enrolling staff phones');
  const shoppers = await office.enrolAll(minato, shop, customers, 'enrolling customers’ phones');
  const drivers = await office.enrolAll(aoba, changing, ids('D', 1, 10), 'enrolling drivers’ phones');

  const signInAll = async (backEnd: ApiClient, people: readonly SignedUpPerson[]): Promise<void> => {
    for (const person of people) count(await office.signIn(backEnd, person));
  };
  /** What must never be billed: a code shown twice, and a wrong one. */
  const stumble = async (backEnd: ApiClient, person: SignedUpPerson): Promise<void> => {
    count(await office.signIn(backEnd, person));
    const code = person.phone.wrongCodeAt(await office.now());
    count(await backEnd.post('/authentications', { externalId: person.externalId, code }));
  };

  const events: Readonly<Record<string, () => Promise<void>>> = {
    '12': async () => {
      say('12 January: ten people leave the enterprise; the hauler asks for the other plan from February');
      await office.import(
        sakura,
        enterprise,
        input('sakura-leavers.csv', csvOf(rows(ids('S', 1191, 1200), 'deregister'))),
        'deregistering',
      );
      const change = await aoba.post<Created>(`/contracts/${changing}/plan-changes`, {
        plan: 'service-provider',
        fromMonth: '2024-02',
      });
      await office.operator.post(`/contracts/${changing}/plan-changes/${change.id}/acceptance`, {
        oneTimeFee: { amount: '3000', description: '品目変更手数料' },
      });
    },
    '16': async () => {
      say('16 January: fifteen people join; the factory registers its IDs');
      await office.import(
        sakura,
        enterprise,
        input('sakura-joiners.csv', csvOf(rows(ids('S', 1201, 1215), 'register'))),
        'registering',
      );
      await office.import(
        hokuto,
        leaving,
        input('hokuto-staff.csv', csvOf(rows(ids('H', 1, 8), 'register'))),
        'registering',
      );
    },
    '22': async () => {
      say('22 January: five leavers return; the factory gives notice (第6条)');
      await office.import(
        sakura,
        enterprise,
        input('sakura-returners.csv', csvOf(rows(ids('S', 1191, 1195), 'register'))),
        'registering again',
      );
      const notice = await hokuto.post<{ effectiveDay: string }>(`/contracts/${leaving}/cancellation`, {});
      say(`    its last day of service is ${notice.effectiveDay}`);
    },
  };

  for (const day of SHOPPING_DAYS) {
    await office.advanceTo(`2024-01-${day}T01:00:00Z`);
    await events[day]?.();
    await signInAll(shopBackEnd, shoppers);
    await stumble(shopBackEnd, shoppers[0]!);
    if (day === '04') await signInAll(sakura, staff);
  }
  say('31 January: one last sign-in ten seconds before midnight, one at midnight, which is February’s');
  await office.advanceTo('2024-01-31T14:59:50Z');
  count(await office.signIn(shopBackEnd, shoppers[1]!));
  await office.advanceTo('2024-01-31T15:00:00Z');
  count(await office.signIn(shopBackEnd, shoppers[2]!));

  say('1 February: January is closed');
  await office.advanceTo('2024-02-01T01:00:00Z');
  await office.close('2024-01');

  say('February: the hauler’s drivers sign in on their new plan');
  for (const day of ['05', '06', '07', '08', '09', '13', '14', '15', '16', '20']) {
    await office.advanceTo(`2024-02-${day}T00:00:00Z`);
    await signInAll(aobaBackEnd, drivers);
  }
  say('1 March: February is closed');
  await office.advanceTo('2024-03-01T01:00:00Z');
  await office.close('2024-02');
  return { contracts: { enterprise, shop, changing, leaving }, successes, denials, inputs };
}
