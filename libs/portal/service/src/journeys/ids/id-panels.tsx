import { ActionLink } from '../../components/action-link.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { At } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { ActionButton } from '../../forms/form-flow.tsx';
import { useSurroundings, useSigned } from '../../pages/surroundings.ts';
import { mayIn } from '../../visit/me.ts';
import { contractPath, type Contract } from '../contracts/contract-words.tsx';
import { affectsText, DEVICE, deviceText, type Account, type Device } from './id-words.tsx';

export function IdActions({
  contract,
  account,
  enrolmentStopped,
}: {
  readonly contract: Contract;
  readonly account: Account;
  readonly enrolmentStopped: boolean;
}) {
  const { t } = useSurroundings();
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  if (account.erasedAt !== undefined) return null;
  if (account.status === 'deregistered')
    return (
      <>
        <ActionLink
          href={`${contractPath(contract.id)}/ids/new`}
          label={t('もう一度登録する', 'Register again')}
        />
        {account.heldSince === undefined && (
          <ActionLink href={`${at}/erasure`} label={t('個人データを消去する', 'Erase personal data')} />
        )}
      </>
    );
  return (
    <>
      {account.status === 'registered' && !enrolmentStopped && (
        <ActionLink main href={`${at}/links/new`} label={t('リンクを発行する', 'Issue a link')} />
      )}
      {account.status === 'registered' ? (
        <ActionButton action={`${at}/suspend`} label={t('停止する', 'Suspend')} />
      ) : (
        <ActionButton action={`${at}/resume`} label={t('停止を解除する', 'Resume')} />
      )}
      <ActionButton action={`${at}/unlock`} label={t('ロックを解除する', 'Unlock')} />
      <ActionLink href={`${at}/deregistration`} label={t('IDを解除する', 'Deregister')} />
    </>
  );
}

export function DevicesPanel({
  contract,
  account,
  devices,
  enrolmentStopped,
}: {
  readonly contract: Contract;
  readonly account: Account;
  readonly devices: readonly Device[];
  readonly enrolmentStopped: boolean;
}) {
  const { t, me } = useSigned();
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  const touched = affectsText(account.affects, t);
  const enrols = mayIn(me, 'ids') && account.status === 'registered' && !enrolmentStopped;
  return (
    <Panel
      title={t('端末', 'Devices')}
      actions={
        enrols && (
          <ActionLink
            href={`${at}/enrolment`}
            label={t('この画面で端末を登録する', 'Enrol at this screen')}
          />
        )
      }
    >
      {touched !== undefined && <p>{touched}</p>}
      <Table
        caption={t('端末', 'Devices')}
        rows={devices}
        empty={
          <p>
            {t('端末はまだ登録されていません。', 'No device is enrolled.')}{' '}
            {enrols &&
              t(
                '「リンクを発行する」で、利用者が自分で登録できます。',
                'Issue a link, and the user enrols alone.',
              )}
          </p>
        }
        columns={[
          {
            head: t('端末', 'Device'),
            names: true,
            cell: (device) => deviceText(device, t),
          },
          { head: t('状態', 'State'), cell: ({ status }) => <StateBadge of={DEVICE[status]} /> },
          {
            head: t('登録日時', 'Enrolled'),
            cell: ({ enrolledAt }) => <At at={enrolledAt} />,
          },
          {
            head: t('方式', 'Method'),
            cell: ({ digits, period, algorithm }) =>
              t(`${digits}桁・${period}秒・${algorithm}`, `${digits} digits, ${period} s, ${algorithm}`),
          },
          {
            head: t('操作', 'Actions'),
            cell: ({ id, status }) =>
              mayIn(me, 'ids') && (
                <div class="actions">
                  {status === 'active' && (
                    <ActionButton action={`${at}/devices/${id}/suspend`} label={t('停止する', 'Suspend')} />
                  )}
                  {status === 'suspended' && (
                    <ActionButton action={`${at}/devices/${id}/resume`} label={t('再開する', 'Resume')} />
                  )}
                  {status === 'active' && account.status === 'registered' && (
                    <ActionLink href={`${at}/devices/${id}/replacement`} label={t('交換する', 'Replace')} />
                  )}
                  {status !== 'revoked' && (
                    <ActionButton
                      action={`${at}/devices/${id}/revoke`}
                      label={t('失効させる', 'Revoke')}
                      kind="danger"
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
