import { ActionLink } from '../../components/action-link.tsx';
import { Alert } from '../../components/alert.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { PrintButton } from '../../components/print-button.tsx';
import { Panel } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import type { Told } from '../../visit/language.ts';
import { doneIn } from '../../visit/query.ts';
import { DEVICE } from '../ids/id-words.tsx';
import { UserAction } from './self-parts.tsx';
import type { OwnPage, UserVisit } from './user-visit.ts';

/** By which a user knows a phone among several. */
const deviceName = (t: Told): Field => ({
  kind: 'text',
  name: 'deviceName',
  label: t('端末の名前', 'Name of the phone'),
  hint: t('例：私物のスマートフォン', 'For example: my own phone'),
  max: 100,
});

/**
 * One ID: its devices and what its user may do.
 * @param fault in the name of the phone that is to be registered.
 */
export function ownPage(user: UserVisit, own: OwnPage, fault?: string): Answer {
  const { visit } = user;
  const { t } = visit;
  const stopped = own.enrolmentStopped === true;
  const enrols = own.link === undefined || own.link.status === 'opened';
  return page({
    title: own.externalId ?? t('ご自分のページ', 'Your own page'),
    ...(fault !== undefined && { status: 422 }),
    section: 'none',
    lead: t('このIDの端末と回復コードです。', 'The devices and codes of this ID.'),
    done: doneIn(visit.query, {
      enrolled: t('スマートフォンを登録しました', 'Your phone was registered'),
    }),
    narrow: true,
    body: (
      <>
        {stopped && (
          <Alert
            kind="warning"
            title={t('端末の登録を止めています。', 'Registration is stopped.')}
            details={t('管理者にお問い合わせください。', 'Ask your administrator.')}
          />
        )}
        {enrols && !stopped && (
          <Panel title={t('スマートフォンの登録', 'Register a phone')}>
            <p>
              {own.shownLeft === undefined
                ? t('QRコードは10分間有効です。', 'The QR code is good for ten minutes.')
                : t(
                    `QRコードは10分間有効です。あと${own.shownLeft}回表示できます。`,
                    `The QR code is good for ten minutes. It can be shown ${own.shownLeft} more times.`,
                  )}
            </p>
            <UserAction
              user={user}
              action="/portal/self/enrolments"
              label={t('QRコードを表示する', 'Show the QR code')}
            >
              <FieldControl field={deviceName(t)} values={{}} fault={fault} />
            </UserAction>
          </Panel>
        )}
        <Panel title={t('登録済みの端末', 'Your devices')}>
          {own.devices?.length === 0 && (
            <p>{t('端末はまだ登録されていません。', 'No device is registered yet.')}</p>
          )}
          <ul class="plain-list">
            {own.devices?.map((device) => (
              <li key={device.id}>
                <p>
                  {device.name ?? t('スマートフォン', 'Phone')} <StateBadge of={DEVICE[device.status]} />
                </p>
                <p>
                  {t('登録：', 'Registered ')}
                  <At at={device.enrolledAt} />
                </p>
                {own.purpose === 'own-page' && !stopped && (
                  <UserAction
                    user={user}
                    action={`/portal/self/devices/${device.id}/replacement`}
                    label={t('新しいスマートフォンに替える', 'Replace by a new phone')}
                    kind="secondary"
                  />
                )}
              </li>
            ))}
          </ul>
        </Panel>
        {(own.purpose === 'own-page' || own.link?.status === 'confirmed') && (
          <Panel title={t('回復コード', 'Recovery codes')}>
            <p>
              {t(
                `スマートフォンをなくしたときに使います。未使用：${own.recoveryCodesLeft ?? 0}個`,
                `For the day when your phone is lost. Not used: ${own.recoveryCodesLeft ?? 0}`,
              )}
            </p>
            <UserAction
              user={user}
              action="/portal/self/recovery-codes"
              label={t('回復コードを発行する', 'Make recovery codes')}
              kind="secondary"
            />
          </Panel>
        )}
      </>
    ),
  });
}

/** Recovery codes, this once. */
export function codesPage({ visit: { t } }: UserVisit, codes: readonly string[]): Answer {
  return page({
    title: t('回復コード', 'Recovery codes'),
    section: 'none',
    actions: <PrintButton />,
    narrow: true,
    body: (
      <>
        <Alert
          kind="warning"
          title={t('回復コードは今だけ表示されます。', 'The codes are shown only now.')}
          details={t(
            '紙に書くか印刷して、スマートフォンとは別の場所に保管してください。1つずつ、1回だけ使えます。以前の回復コードは使えなくなりました。',
            'Write or print them and keep them apart from your phone. Each works once. Former codes are worth nothing now.',
          )}
        />
        <ul class="plain-list">
          {codes.map((code) => (
            <li key={code}>
              <code class="secret">{code}</code>
            </li>
          ))}
        </ul>
        <div class="actions">
          <ActionLink main href="/portal/self" label={t('保管しました', 'I have kept them')} />
        </div>
      </>
    ),
  });
}

/**
 * A device that its user does not know is reported, or has been.
 * @param cookies that let the user out, once it has been.
 */
export function reportPage(user: UserVisit, done: boolean, cookies: readonly string[]): Answer {
  const { t } = user.visit;
  return page({
    title: t('心当たりがない端末', 'A device that you do not know'),
    section: 'none',
    cookies,
    lead: done
      ? t(
          '管理者に知らせました。確認が終わるまで、新しい端末は登録できません。',
          'Your administrators are told. Nothing is registered until they have looked into it.',
        )
      : t(
          'お知らせした端末を停止し、管理者に知らせます。ご自分で登録した端末なら、何もせずにこの画面を閉じてください。',
          'The device that you were told of is suspended and your administrators are told. If it is yours, just close this page.',
        ),
    done: done && t('届け出を受け付け、端末を停止しました', 'The device is suspended'),
    narrow: true,
    body: !done && (
      <UserAction
        user={user}
        action="/portal/self/report"
        label={t('心当たりがない', 'I do not know it')}
        kind="danger"
      />
    ),
  });
}
