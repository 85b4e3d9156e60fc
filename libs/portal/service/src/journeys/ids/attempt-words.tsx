import type { Schemas } from '../../api/portal-api.ts';
import { StateBadge, stateText, type States } from '../../components/badge.tsx';
import { At } from '../../components/time.tsx';
import { Table, type Column } from '../../components/table.tsx';
import type { Markup } from 'preact';
import { useSurroundings } from '../../pages/surroundings.ts';
import { called, type Told, type Words } from '../../visit/language.ts';

export type Attempt = Schemas['Attempt'];
type Reason = NonNullable<Attempt['reason']>;

const REASONS: Readonly<Record<Reason, Words>> = {
  invalid_code: ['コードの誤り', 'Wrong code'],
  code_already_used: ['使用済みのコード', 'Code used before'],
  locked: ['ロック中', 'Locked'],
  no_active_device: ['使える端末なし', 'No active device'],
  id_suspended: ['IDの停止中', 'ID suspended'],
  not_authenticated: ['登録のないID', 'No such ID'],
  service_withheld: ['提供の保留中', 'Service withheld'],
  contract_ended: ['契約の終了後', 'Contract ended'],
};

export const REASON_VALUES = Object.keys(REASONS) as readonly Reason[];
export const RESULT_VALUES = ['success', 'denied'] as const;

export const reasonText = called(REASONS);

const RESULT: States<Attempt['result']> = {
  success: ['good', '成功', 'Success'],
  denied: ['warn', '失敗', 'Denied'],
};

export const resultText = (result: Attempt['result'], t: Told): string => stateText(RESULT[result], t);

/**
 * Attempts as a table.
 * @param idsAt the address of the list of IDs; of one ID there is none.
 * @param devices what the devices of the one ID are called, by their ids.
 */
export function AttemptsTable({
  caption,
  rows,
  idsAt,
  devices,
  empty,
}: {
  readonly caption: string;
  readonly rows: readonly Attempt[];
  readonly idsAt?: string;
  readonly devices?: ReadonlyMap<string, string>;
  readonly empty: Markup;
}) {
  const { t } = useSurroundings();
  const id: Column<Attempt> = {
    head: 'ID',
    cell: ({ rid, externalId }) =>
      rid === null ? (
        t('（登録なし）', '(none)')
      ) : (
        <a href={`${idsAt}/${rid}`}>{externalId ?? <code>{rid}</code>}</a>
      ),
  };
  const device: Column<Attempt> = {
    head: t('端末', 'Device'),
    cell: ({ deviceId }) =>
      deviceId === undefined ? '—' : (devices?.get(deviceId) ?? t('以前の端末', 'A former one')),
  };
  return (
    <Table<Attempt>
      caption={caption}
      rows={rows}
      empty={empty}
      columns={[
        { head: t('日時', 'At'), names: true, cell: ({ at }) => <At at={at} /> },
        ...(idsAt === undefined ? [] : [id]),
        { head: t('結果', 'Result'), cell: ({ result }) => <StateBadge of={RESULT[result]} /> },
        {
          head: t('理由', 'Reason'),
          cell: ({ reason, repeated }) =>
            reason === undefined
              ? '—'
              : repeated === undefined
                ? reasonText(reason, t)
                : t(
                    `${reasonText(reason, t)}（${repeated}回）`,
                    `${reasonText(reason, t)} (${repeated} times)`,
                  ),
        },
        ...(devices === undefined ? [] : [device]),
        { head: t('接続元', 'Address'), cell: ({ clientAddress }) => clientAddress ?? '—' },
        { head: t('照会番号', 'Reference'), cell: ({ clientRef }) => clientRef ?? '—' },
      ]}
    />
  );
}
