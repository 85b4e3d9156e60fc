import { ActionLink } from '../../components/action-link.tsx';
import { numberText, yenText } from '../../components/money.tsx';
import { At, Day, Month } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { useSigned } from '../../pages/surroundings.ts';
import type { Told } from '../../visit/language.ts';
import { hasRole } from '../../visit/me.ts';
import { contractPath, planName, type Contract } from '../contracts/contract-words.tsx';
import { type Fee, type Quote } from './plan-words.ts';

export function priceText(quote: Quote, t: Told): string {
  if (quote.accountFee !== undefined)
    return t(`1アカウント ${yenText(quote.accountFee)}`, `${numberText(quote.accountFee)} yen per account`);
  const { authApi } = quote;
  if (authApi === undefined) return '—';
  const free = authApi.freeUnits
    ? t(`（${numberText(authApi.freeUnits)}回まで無料）`, ` (${numberText(authApi.freeUnits)} free)`)
    : '';
  switch (authApi.model) {
    case 'perUnit':
      return t(
        `1回 ${yenText(authApi.unitPrice ?? '')}${free}`,
        `${numberText(authApi.unitPrice ?? '')} yen each${free}`,
      );
    case 'package':
      return t(
        `${numberText(authApi.packageSize ?? 0)}回ごとに ${yenText(authApi.packagePrice ?? '')}${free}`,
        `${numberText(authApi.packagePrice ?? '')} yen for each ${numberText(authApi.packageSize ?? 0)}${free}`,
      );
    case 'graduated':
    case 'volume':
      return (
        (authApi.tiers ?? [])
          .map(({ upTo, unitPrice, flatFee }) =>
            t(
              `${upTo === null ? 'それ以上' : `${numberText(upTo)}回まで`} ${yenText(unitPrice)}${flatFee ? `＋${yenText(flatFee)}` : ''}`,
              `${upTo === null ? 'beyond' : `up to ${numberText(upTo)}`}: ${numberText(unitPrice)} yen${flatFee ? ` + ${numberText(flatFee)} yen` : ''}`,
            ),
          )
          .join(t('、', ', ')) + free
      );
  }
}

export function QuotesPanel({
  contract,
  quotes,
}: {
  readonly contract: Contract;
  readonly quotes: readonly Quote[];
}) {
  const { t, me } = useSigned();
  const operator = hasRole(me, 'operator');
  return (
    <Panel
      title={t('料金', 'Prices')}
      actions={
        operator &&
        contract.acceptedAt !== undefined && (
          <ActionLink
            href={`${contractPath(contract.id)}/quotes/new`}
            label={t('料金を提示する', 'Quote prices')}
          />
        )
      }
    >
      <Table
        caption={t('提示した料金', 'Quoted prices')}
        rows={quotes}
        empty={t(
          '料金はまだ提示されていません。提示されるまで請求書は作成できません。',
          'No prices were quoted yet; without them no invoice can be made.',
        )}
        columns={[
          {
            head: t('適用する月', 'From'),
            names: true,
            cell: ({ effectiveMonth }) => <Month month={effectiveMonth} />,
          },
          { head: t('プラン', 'Plan'), cell: ({ plan }) => planName(plan, t) },
          {
            head: t('月額基本料（税抜き）', 'Base fee, without tax'),
            number: true,
            cell: ({ baseFee }) => yenText(baseFee),
          },
          {
            head: t('従量の料金（税抜き）', 'Usage, without tax'),
            cell: (quote) => <span class="wide">{priceText(quote, t)}</span>,
          },
          {
            head: t('提示した日時', 'Quoted'),
            cell: ({ givenAt }) => <At at={givenAt} />,
          },
          { head: t('番号', 'Id'), cell: ({ id }) => <code>{id}</code> },
        ]}
      />
    </Panel>
  );
}

export function FeesPanel({
  contract,
  fees,
}: {
  readonly contract: Contract;
  readonly fees: readonly Fee[] | undefined;
}) {
  const { t, me } = useSigned();
  if (fees === undefined) return null;
  return (
    <Panel
      title={t('一時費用', 'One-time fees')}
      actions={
        hasRole(me, 'operator') &&
        contract.acceptedAt !== undefined && (
          <ActionLink
            href={`${contractPath(contract.id)}/one-time-fees/new`}
            label={t('一時費用を記録する', 'Record a fee')}
          />
        )
      }
    >
      <Table
        caption={t('一時費用', 'One-time fees')}
        rows={fees}
        empty={t('一時費用はありません。', 'There is none.')}
        columns={[
          {
            head: t('発生した日', 'Arose on'),
            names: true,
            cell: ({ occurredOn }) => <Day day={occurredOn} />,
          },
          { head: t('内容', 'What for'), cell: ({ description }) => description },
          {
            head: t('金額（税抜き）', 'Amount, without tax'),
            number: true,
            cell: ({ amount }) => yenText(amount),
          },
          {
            head: t('状態', 'State'),
            cell: ({ waived }) => (waived === null ? t('有効', 'Stands') : t('免除', 'Waived')),
          },
          {
            head: t('操作', 'Actions'),
            cell: ({ id, waived }) =>
              waived === null && hasRole(me, 'operator') ? (
                <ActionLink
                  href={`${contractPath(contract.id)}/one-time-fees/${id}/waiver`}
                  label={t('免除する', 'Waive')}
                />
              ) : (
                '—'
              ),
          },
        ]}
      />
    </Panel>
  );
}
