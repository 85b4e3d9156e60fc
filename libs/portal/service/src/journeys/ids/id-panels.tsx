import { At } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { ActionButton } from '../../forms/form-flow.tsx';
import { mayIn } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, type Contract } from '../contracts/contract-words.tsx';
import { affectsText, DeviceBadge, deviceText, type Account, type Device } from './id-words.tsx';

export function IdActions({
  visit,
  contract,
  account,
  enrolmentStopped,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly account: Account;
  readonly enrolmentStopped: boolean;
}) {
  const { t } = visit;
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  if (account.erasedAt !== undefined) return null;
  if (account.status === 'deregistered')
    return (
      <>
        <a class="button secondary" href={`${contractPath(contract.id)}/ids/new`}>
          {t('もう一度登録する', 'Register again')}
        </a>
        {account.heldSince === undefined && (
          <a class="button secondary" href={`${at}/erasure`}>
            {t('個人データを消去する', 'Erase personal data')}
          </a>
        )}
      </>
    );
  return (
    <>
      {account.status === 'registered' && !enrolmentStopped && (
        <a class="button" href={`${at}/links/new`}>
          {t('リンクを発行する', 'Issue a link')}
        </a>
      )}
      {account.status === 'registered' ? (
        <ActionButton visit={visit} action={`${at}/suspend`} label={t('停止する', 'Suspend')} />
      ) : (
        <ActionButton visit={visit} action={`${at}/resume`} label={t('停止を解除する', 'Resume')} />
      )}
      <ActionButton visit={visit} action={`${at}/unlock`} label={t('ロックを解除する', 'Unlock')} />
      <a class="button secondary" href={`${at}/deregistration`}>
        {t('IDを解除する', 'Deregister')}
      </a>
    </>
  );
}

export function DevicesPanel({
  visit,
  contract,
  account,
  devices,
  enrolmentStopped,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly account: Account;
  readonly devices: readonly Device[];
  readonly enrolmentStopped: boolean;
}) {
  const { t, language, me } = visit;
  const at = `${contractPath(contract.id)}/ids/${account.id}`;
  const touched = affectsText(account.affects, t);
  const enrols = mayIn(me, 'ids') && account.status === 'registered' && !enrolmentStopped;
  return (
    <Panel
      title={t('端末', 'Devices')}
      actions={
        enrols && (
          <a class="button secondary" href={`${at}/enrolment`}>
            {t('この画面で端末を登録する', 'Enrol at this screen')}
          </a>
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
          { head: t('状態', 'State'), cell: ({ status }) => <DeviceBadge status={status} t={t} /> },
          {
            head: t('登録日時', 'Enrolled'),
            cell: ({ enrolledAt }) => <At at={enrolledAt} language={language} />,
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
                    <ActionButton
                      visit={visit}
                      action={`${at}/devices/${id}/suspend`}
                      label={t('停止する', 'Suspend')}
                    />
                  )}
                  {status === 'suspended' && (
                    <ActionButton
                      visit={visit}
                      action={`${at}/devices/${id}/resume`}
                      label={t('再開する', 'Resume')}
                    />
                  )}
                  {status === 'active' && account.status === 'registered' && (
                    <a class="button secondary" href={`${at}/devices/${id}/replacement`}>
                      {t('交換する', 'Replace')}
                    </a>
                  )}
                  {status !== 'revoked' && (
                    <ActionButton
                      visit={visit}
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
