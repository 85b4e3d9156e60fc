import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import { ActionButton } from '../../forms/form-flow.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';
import { contractPath, type Contract } from '../contracts/contract-words.tsx';
import type { Account } from './id-words.tsx';
import { channelText, linkStatusText } from './link-words.ts';

/** The links by which the user of an ID enrols, and the stop that a report brought. */
export function LinksPanel({
  contract,
  account,
  links,
}: {
  readonly contract: Contract;
  readonly account: Account;
  readonly links: Schemas['EnrolmentLinks'];
}) {
  const { t } = useSurroundings();
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  return (
    <Panel title={t('利用者へのリンク', 'Links for the user')}>
      {links.enrolmentStopped && (
        <Alert
          kind="warning"
          title={t(
            '利用者から「心当たりがない」との届け出があり、端末の登録を止めています。',
            'The user does not know a device: nothing is enrolled.',
          )}
        >
          <p>
            <a href={`${at}/release`}>{t('確認して解除する', 'Look into it and lift the stop')}</a>
          </p>
        </Alert>
      )}
      <p>
        {t(
          '利用者がリンクを開いて、自分でスマートフォンを登録します。QRコードは管理者には表示されません。',
          'The user opens the link and enrols the phone. No administrator sees the QR code.',
        )}
      </p>
      <Table
        caption={t('利用者へのリンク', 'Links for the user')}
        rows={links.items.slice(0, 10)}
        empty={
          <p>
            {t('リンクはまだ発行されていません。', 'No link was issued yet.')}{' '}
            {account.status === 'registered' && !links.enrolmentStopped && (
              <a href={`${at}/links/new`}>{t('発行する', 'Issue one')}</a>
            )}
          </p>
        }
        columns={[
          {
            head: t('発行日時', 'Issued'),
            names: true,
            cell: ({ issuedAt }) => <At at={issuedAt} />,
          },
          { head: t('状態', 'State'), cell: ({ status }) => linkStatusText(status, t) },
          { head: t('渡し方', 'How it went'), cell: (link) => channelText(link, t) },
          {
            head: t('有効期限', 'Valid until'),
            cell: ({ expiresAt }) => <At at={expiresAt} />,
          },
          {
            head: t('操作', 'Actions'),
            cell: ({ id, status }) =>
              (status === 'issued' || status === 'opened') && (
                <ActionButton
                  action={`${at}/links/${id}/revoke`}
                  label={t('取り消す', 'Revoke')}
                  kind="danger"
                />
              ),
          },
        ]}
      />
    </Panel>
  );
}
