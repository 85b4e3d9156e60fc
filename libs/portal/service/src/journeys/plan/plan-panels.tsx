import { ActionLink } from '../../components/action-link.tsx';
import { type Schemas } from '../../api/portal-api.ts';
import { Badge, StateBadge } from '../../components/badge.tsx';
import { At, Day, dayText, Month, monthText } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { ActionButton } from '../../forms/form-flow.tsx';
import { useSigned } from '../../pages/surroundings.ts';
import { hasRole, mayIn } from '../../visit/me.ts';
import { contractPath, planName, type Contract } from '../contracts/contract-words.tsx';
import { CHANGE, conditionName, type Condition, type PlanChange } from './plan-words.ts';

export function PlanPanel({ contract }: { readonly contract: Contract }) {
  const { t, language, me } = useSigned();
  return (
    <Panel
      title={t('プラン', 'Plan')}
      actions={
        hasRole(me, 'operator') && (
          <ActionLink
            href={`${contractPath(contract.id)}/billing-start`}
            label={t('課金開始日を決める', 'Set the billing start date')}
          />
        )
      }
    >
      <Facts
        facts={[
          [t('現在のプラン', 'Present plan'), planName(contract.plan, t)],
          [
            t('課金開始日', 'Billing start'),
            contract.billingStartDate === null ? (
              t('未定', 'Not set')
            ) : (
              <Day day={contract.billingStartDate} />
            ),
          ],
          ...contract.planByMonth.map(
            ({ fromMonth, plan }) =>
              [t(`${monthText(fromMonth, language)}から`, `From ${fromMonth}`), planName(plan, t)] as const,
          ),
        ]}
      />
    </Panel>
  );
}

export function ChangesPanel({
  contract,
  changes,
}: {
  readonly contract: Contract;
  readonly changes: readonly PlanChange[];
}) {
  const { t, me } = useSigned();
  const at = contractPath(contract.id);
  const running = ['accepted', 'in-service'].includes(contract.status);
  return (
    <Panel
      title={t('プラン変更', 'Changes of plan')}
      actions={
        running &&
        mayIn(me, 'administer') && (
          <ActionLink href={`${at}/plan-change`} label={t('プラン変更を申し込む', 'Request a change')} />
        )
      }
    >
      <Table
        caption={t('プラン変更', 'Changes of plan')}
        rows={changes}
        empty={t('プラン変更の申し込みはありません。', 'There is no change of plan.')}
        columns={[
          {
            head: t('適用する月', 'From'),
            names: true,
            cell: ({ id, fromMonth }) => (
              <a href={`${at}/plan-changes/${id}`}>
                <Month month={fromMonth} />
              </a>
            ),
          },
          { head: t('新しいプラン', 'New plan'), cell: ({ plan }) => planName(plan, t) },
          {
            head: t('状態', 'State'),
            cell: ({ status }) => <StateBadge of={CHANGE[status]} />,
          },
          {
            head: t('申し込み', 'Requested'),
            cell: ({ requestedAt }) => <At at={requestedAt} />,
          },
          {
            head: t('操作', 'Actions'),
            cell: ({ id, status }) => (
              <div class="actions">
                {status === 'requested' && hasRole(me, 'operator') && (
                  <ActionLink
                    main
                    href={`${at}/plan-changes/${id}/acceptance`}
                    label={t('承諾する', 'Accept')}
                  />
                )}
                {((status === 'requested' && mayIn(me, 'administer')) ||
                  (status === 'accepted' && hasRole(me, 'operator'))) && (
                  <ActionButton
                    action={`${at}/plan-changes/${id}/withdrawal`}
                    label={t('取り下げる', 'Withdraw')}
                  />
                )}
              </div>
            ),
          },
        ]}
      />
    </Panel>
  );
}

export function ConditionsPanel({ contract }: { readonly contract: Contract }) {
  const { t, me } = useSigned();
  const at = contractPath(contract.id);
  const known = new Map(contract.conditions.map((each) => [each.condition, each]));
  const rows: readonly Condition[] = [1, 2, 3, 4, 5].map(
    (condition) => known.get(condition) ?? { condition, met: false },
  );
  const may = mayIn(me, 'administer') && contract.acceptedAt !== undefined;
  return (
    <Panel
      title={t('利用条件（第5条）', 'Conditions of use (第5条)')}
      actions={
        hasRole(me, 'operator') &&
        contract.acceptedAt !== undefined && (
          <ActionLink
            href={`${at}/withholding`}
            label={
              contract.withheld
                ? t('提供を再開する', 'Restore the service')
                : t('提供を保留する', 'Withhold the service')
            }
          />
        )
      }
    >
      <Table
        caption={t('利用条件', 'Conditions of use')}
        rows={rows}
        empty=""
        columns={[
          {
            head: t('条件', 'Condition'),
            names: true,
            cell: ({ condition }) => `${condition}. ${conditionName(condition, t)}`,
          },
          {
            head: t('状態', 'State'),
            cell: ({ met }) => (
              <Badge
                tone={met ? 'good' : 'warn'}
                text={met ? t('満たしている', 'Met') : t('未確認', 'Not met')}
              />
            ),
          },
          {
            head: t('確認した日', 'On'),
            cell: ({ on }) => <Day day={on} />,
          },
          {
            head: t('確認した人', 'By'),
            cell: ({ attestedBy, licenceVersion }) =>
              `${attestedBy ?? '—'}${licenceVersion === undefined ? '' : t(`（使用許諾 ${licenceVersion}）`, ` (licence ${licenceVersion})`)}`,
          },
          ...(may
            ? [
                {
                  head: t('操作', 'Actions'),
                  cell: ({ condition }: Condition) => (
                    <a href={`${at}/conditions/${condition}`}>
                      {t(`${condition}を記録する`, `Record ${condition}`)}
                    </a>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Panel>
  );
}

export function EndPanel({
  contract,
  notices,
}: {
  readonly contract: Contract;
  readonly notices: readonly Schemas['Cancellation'][];
}) {
  const { t, language, me } = useSigned();
  const at = contractPath(contract.id);
  const standing = contract.cancellation;
  const running = ['accepted', 'in-service'].includes(contract.status);
  return (
    <Panel
      title={t('解約（第6条）', 'Cancellation (第6条)')}
      actions={
        running &&
        mayIn(me, 'administer') && (
          <ActionLink
            href={`${at}/cancellation`}
            label={
              standing === null
                ? t('解約を申し込む', 'Give notice')
                : t('解約の申し込みを差し替える', 'Replace the notice')
            }
          />
        )
      }
    >
      <Table
        caption={t('解約の申し込み', 'Notices of cancellation')}
        rows={notices}
        empty={t(
          '解約の申し込みはありません。最低利用期間はなく、いつでも申し込めます（第2条）。',
          'There is none. There is no minimum term (第2条).',
        )}
        columns={[
          {
            head: t('到達日', 'Arrived'),
            names: true,
            cell: (notice) => (
              <a href={`${at}/cancellation/${notice.id}`}>{dayText(notice.arrivedOn, language)}</a>
            ),
          },
          {
            head: t('希望日', 'Day asked for'),
            cell: ({ requestedDay }) => (requestedDay === null ? '—' : dayText(requestedDay, language)),
          },
          { head: t('利用終了日', 'Last day'), cell: ({ effectiveDay }) => dayText(effectiveDay, language) },
          {
            head: t('状態', 'State'),
            cell: ({ status }) => (
              <Badge
                tone={status === 'standing' ? 'busy' : 'quiet'}
                text={
                  status === 'standing'
                    ? t('受付中', 'Stands')
                    : status === 'replaced'
                      ? t('差し替え済み', 'Replaced')
                      : t('取り消し', 'Withdrawn')
                }
              />
            ),
          },
        ]}
      />
    </Panel>
  );
}

/** What services that ask hear of a denied sign-in. */
export function DenialsPanel({ contract }: { readonly contract: Contract }) {
  const { t, me } = useSigned();
  return (
    <Panel
      title={t('認証できない理由の通知', 'What is told of denials')}
      actions={
        mayIn(me, 'administer') && (
          <ActionLink
            href={`${contractPath(contract.id)}/denial-reasons`}
            label={t('通知を変更する', 'Change it')}
          />
        )
      }
    >
      <p>
        {contract.denialReasonsDisclosed
          ? t('問い合わせたサービスに、理由を伝えています。', 'The service that asks is told the reason.')
          : t(
              '問い合わせたサービスには、「認証できない」とだけ伝えています。',
              'The service that asks is told of the denial alone.',
            )}
      </p>
    </Panel>
  );
}
