import type { Markup } from 'preact';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { numberText } from '../../components/money.tsx';
import { At } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { Filters } from '../../forms/filters.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';
import { ContractLink, type ContractNames } from '../contracts/contract-names.tsx';
import { contractPath, statusText, type Contract } from '../contracts/contract-words.tsx';
import { approvalColumns } from './approval-columns.tsx';
import { serviceText } from './service-words.ts';

interface Some<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

/** Contracts that wait with one thing: the first of them, and the way to all. */
export function ContractsThatWait({
  title,
  waiting,
  all,
  empty,
  about,
  since = ({ appliedAt }) => appliedAt,
  act,
  at,
}: {
  readonly title: string;
  readonly waiting: Some<Contract>;
  /** The filter by which the list of contracts shows them. */
  readonly all: string;
  readonly empty: string;
  readonly about: (contract: Contract) => Markup;
  /** When that was asked for; unless said the contract itself. */
  readonly since?: (contract: Contract) => string;
  readonly act: string;
  readonly at: (contract: Contract) => string;
}) {
  const { t } = useSurroundings();
  return (
    <Panel title={title}>
      <Table<Contract>
        caption={title}
        rows={waiting.items}
        empty={empty}
        columns={[
          {
            head: t('契約者名', 'Name'),
            names: true,
            cell: ({ id, applicant }) => <a href={contractPath(id)}>{applicant.name}</a>,
          },
          { head: t('内容', 'What'), cell: about },
          {
            head: t('申し込み', 'Applied'),
            cell: (contract) => <At at={since(contract)} />,
          },
          {
            head: t('操作', 'Actions'),
            cell: (contract) => <ActionLink main href={at(contract)} label={act} />,
          },
        ]}
      />
      {waiting.nextCursor !== null && (
        <p>
          <a href={`/portal/contracts?${all}`}>{t('すべて見る', 'See all')}</a>
        </p>
      )}
    </Panel>
  );
}

/** Notices of cancellation that came otherwise than by the portal: they are entered here, with the day on which they arrived. */
export function Notices({
  asked,
  found,
}: {
  readonly asked: string | undefined;
  readonly found: Some<Contract> | undefined;
}) {
  const { t } = useSurroundings();
  return (
    <Panel title={t('書面などで届いた解約の通知', 'Notices of cancellation on paper')}>
      <p>
        {t(
          '届いた通知は、契約をさがして、到達日とともに記録します。利用終了日は到達日から計算します（第6条）。',
          'Find the contract and enter the notice with the day of its arrival, from which the last day follows (第6条).',
        )}
      </p>
      <Filters
        fields={[
          { kind: 'text', name: 'notified', label: t('契約者名（一部）', 'Part of the name'), max: 200 },
        ]}
        values={{ notified: asked ?? '' }}
        submit={t('契約をさがす', 'Find the contract')}
      />
      {found !== undefined && (
        <Table<Contract>
          caption={t('見つかった契約', 'Contracts that match')}
          rows={found.items}
          empty={t('条件に合う契約はありません。', 'No contract matches.')}
          columns={[
            {
              head: t('契約者名', 'Name'),
              names: true,
              cell: ({ id, applicant }) => <a href={contractPath(id)}>{applicant.name}</a>,
            },
            { head: t('状態', 'State'), cell: ({ status }) => statusText(status, t) },
            {
              head: t('操作', 'Actions'),
              cell: ({ id, status, cancellation }) =>
                status !== 'accepted' && status !== 'in-service' ? (
                  '—'
                ) : cancellation !== null ? (
                  t('受付済み', 'Entered already')
                ) : (
                  <ActionLink
                    main
                    href={`${contractPath(id)}/cancellation`}
                    label={t('通知を記録する', 'Enter the notice')}
                  />
                ),
            },
          ]}
        />
      )}
      {found !== undefined && found.nextCursor !== null && (
        <p class="note">
          {t('ほかにもあります。契約者名を詳しく入力してください。', 'There are more: say more of the name.')}
        </p>
      )}
    </Panel>
  );
}

export function ApprovalsThatWait({
  rows,
  names,
}: {
  readonly rows: readonly Schemas['Approval'][];
  readonly names: ContractNames;
}) {
  const { t } = useSurroundings();
  const { what, contract, asked } = approvalColumns(t, names);
  return (
    <Panel title={t('承認', 'Approvals')}>
      <Table<Schemas['Approval']>
        caption={t('承認を待つもの', 'Waiting for approval')}
        rows={rows}
        empty={t('承認を待つものはありません。', 'Nothing waits for approval.')}
        columns={[what, contract, asked]}
      />
    </Panel>
  );
}

/** What a service could not read: whose close waits for it, and where it lies, for the runbook. */
export function SetAside({
  rows,
  names,
}: {
  readonly rows: readonly Schemas['SetAside'][];
  readonly names: ContractNames;
}) {
  const { t } = useSurroundings();
  return (
    <>
      <Table<Schemas['SetAside']>
        caption={t('読み取れない記録', 'Records that cannot be read')}
        rows={rows}
        empty={t('読み取れない記録はありません。', 'Every record was read.')}
        columns={[
          { head: t('サービス', 'Service'), names: true, cell: ({ service }) => serviceText(service, t) },
          {
            head: t('契約', 'Contract'),
            cell: ({ contract }) =>
              contract === undefined ? '—' : <ContractLink id={contract} names={names} />,
          },
          {
            head: t('種類', 'Kind'),
            cell: ({ kind }) =>
              kind === 'stream'
                ? t('保留の記録', 'Events set aside')
                : t('読み取れないメッセージ', 'A message that cannot be read'),
          },
          { head: t('件数', 'Waiting'), number: true, cell: ({ waiting }) => numberText(waiting) },
          { head: t('発生', 'Since'), cell: ({ since }) => <At at={since} /> },
          {
            head: t('場所', 'Where'),
            cell: ({ reader, place }) => (
              <span class="wide">
                <code>{`${reader} ${place}`}</code>
              </span>
            ),
          },
        ]}
      />
      {rows.length > 0 && (
        <p class="note">
          {t(
            '契約の月次締めは、直るまで保留になります。運用手順書（docs/runbooks.md）に従って、サーバーで原因を確かめてください。',
            'The month of such a contract is not closed until it is mended: see docs/runbooks.md.',
          )}
        </p>
      )}
    </>
  );
}
