import type { Markup } from 'preact';
import type { Schemas } from '../../api/portal-api.ts';
import { yenText } from '../../components/money.tsx';
import { Facts } from '../../components/table.tsx';
import { Day, Month } from '../../components/time.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';
import type { Visit } from '../../visit/visit.ts';
import { taxText } from '../billing/document-words.tsx';
import { planName, type Plan } from '../contracts/contract-words.tsx';
import { priceText } from '../plan/price-panels.tsx';
import type { Quote } from '../plan/plan-words.ts';

type Show = (value: never, visit: Pick<Visit, 't' | 'language'>) => Markup;

const asText: Show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const asYen: Show = (value: string) => yenText(value);
const asDay: Show = (value: string) => <Day day={value} />;

/** Fields of what is asked for, in the order in which they are read. */
const FIELDS: Readonly<Record<string, readonly [string, string, Show]>> = {
  plan: ['プラン', 'Plan', (plan: Plan, { t }) => planName(plan, t)],
  effectiveMonth: ['適用する月', 'From', (month: string) => <Month month={month} />],
  date: ['課金開始日', 'Billing start', asDay],
  baseFee: ['月額基本料（税抜）', 'Base fee', asYen],
  baseFeeInPartialMonth: [
    '月の途中の基本料',
    'Base fee of a part of a month',
    (rule: string, { t }) => (rule === 'full' ? t('1か月分', 'Whole') : t('日割り', 'By days')),
  ],
  oneTimeFee: [
    '一時費用（税抜）',
    'One-time fee',
    (fee: { readonly amount: string; readonly description: string }) =>
      `${yenText(fee.amount)}　${fee.description}`,
  ],
  amount: ['金額（税抜）', 'Amount', asYen],
  taxCode: ['税率', 'Tax', (code: string, { t }) => taxText(code, t)],
  agreedOn: ['合意した日', 'Agreed on', asDay],
  agreement: ['契約者との合意', 'The contractor’s agreement', asText],
  reason: ['理由', 'Reason', asText],
  mistake: [
    '誤って記録した費用',
    'Recorded by mistake',
    (yes: boolean, { t }) => (yes ? t('はい', 'Yes') : t('いいえ', 'No')),
  ],
};
/** Prices are told as one; ids that the asking gave out are nobody's to read. */
const NOT_BY_THEMSELVES = new Set([
  'type',
  'accountFee',
  'authApi',
  'quote',
  'creditNote',
  'fee',
  'planChange',
  'replaces',
]);

/** What another person asked for and is to be decided, in words. */
export function AskedChange({
  kind,
  command,
}: {
  readonly kind: Schemas['Approval']['kind'];
  readonly command: unknown;
}) {
  const visit = useSurroundings();
  const { t } = visit;
  const asked = command as Readonly<Record<string, unknown>>;
  const others = Object.keys(asked).filter((name) => !(name in FIELDS) && !NOT_BY_THEMSELVES.has(name));
  return (
    <Facts
      facts={[
        ...Object.entries(FIELDS).map(([name, [japanese, english, show]]) => {
          const value = asked[name];
          return value !== undefined && value !== null
            ? ([t(japanese, english), show(value as never, visit)] as const)
            : false;
        }),
        kind === 'quote' && [t('利用料（税抜）', 'Usage'), priceText(command as Quote, t)],
        // Whoever decides sees all of it, also what has no words here yet.
        ...others.map((name) => [name, asText(asked[name] as never, visit)] as const),
      ]}
    />
  );
}
