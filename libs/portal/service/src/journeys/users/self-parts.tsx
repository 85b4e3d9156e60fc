import { randomUUID } from 'node:crypto';
import type { Markup } from 'preact';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { At } from '../../components/time.tsx';
import { FieldControl } from '../../forms/fields.tsx';
import type { Field } from '../../forms/field.ts';
import { Hidden } from '../../forms/form-flow.tsx';
import { page, type Page } from '../../pages/answer.ts';
import { Heading } from '../../pages/layout.tsx';
import type { Told } from '../../visit/language.ts';
import type { UserVisit } from './user-visit.ts';

const codeField = (t: Told): Field => ({
  kind: 'digits',
  name: 'code',
  label: t('アプリに表示されたコード', 'The code that the app shows'),
  required: true,
  max: 8,
  autocomplete: 'one-time-code',
});

/** A button of a user's page: one press is one command. */
export const UserAction = ({
  user: { csrf },
  action,
  label,
  kind,
  children,
}: {
  readonly user: UserVisit;
  readonly action: string;
  readonly label: string;
  readonly kind?: 'secondary' | 'danger';
  readonly children?: Markup;
}) => (
  <form method="post" action={action}>
    <Hidden name="_csrf" value={csrf} />
    <Hidden name="_key" value={randomUUID()} />
    {children}
    <div class="actions">
      <button type="submit" class={kind}>
        {label}
      </button>
    </div>
  </form>
);

const ConfirmForm = ({
  user,
  enrolment,
  fault,
}: {
  readonly user: UserVisit;
  readonly enrolment: string;
  readonly fault?: string | undefined;
}) => {
  const { t } = user.visit;
  return (
    <form method="post" action={`/portal/self/enrolments/${enrolment}/confirmation`} novalidate>
      <Hidden name="_csrf" value={user.csrf} />
      <FieldControl field={codeField(t)} values={{}} fault={fault} t={t} />
      <div class="actions">
        <button type="submit">{t('登録を完了する', 'Confirm')}</button>
        <a class="button secondary" href="/portal/self">
          {t('中止する', 'Stop')}
        </a>
      </div>
    </form>
  );
};

/** The secret, shown once: as a QR code made on the server, and as a key to type in. */
export function secretPage(user: UserVisit, started: Schemas['StartedEnrolment']): Page {
  const { t, language } = user.visit;
  const title = t('QRコードの読み取り', 'Scan the QR code');
  return page({
    title,
    section: 'none',
    body: (
      <div class="narrow">
        <Heading
          title={title}
          lead={
            <>
              {t('有効期限：', 'Valid until ')}
              <At at={started.expiresAt} language={language} />
            </>
          }
        />
        <Alert
          kind="warning"
          title={t('このQRコードは今だけ表示されます。', 'This QR code is shown only now.')}
        >
          <p>
            {t(
              '画面の写しを取らず、誰にも見せないでください。認証アプリで読み取り、表示されたコードを下に入力してください。',
              'Keep no copy and show it to nobody. Scan it with an authenticator app and enter the code that it shows.',
            )}
          </p>
        </Alert>
        <QrCode svg={started.qrSvg} t={t} />
        <details>
          <summary>{t('このスマートフォンで読み取れない場合', 'If this is the phone itself')}</summary>
          <p>
            <a href={started.otpauthUri}>{t('認証アプリを開く', 'Open the authenticator app')}</a>
            {t('か、アプリにこのキーを入力してください。', ', or enter this key there.')}
          </p>
          <code class="secret">{started.secretBase32}</code>
        </details>
        <ConfirmForm user={user} enrolment={started.id} />
      </div>
    ),
  });
}

/** The first code was wrong: the secret is not shown again. */
export function wrongCodePage(user: UserVisit, enrolment: string, fault: string): Page {
  const { t } = user.visit;
  const title = t('コードの入力', 'Enter the code');
  return page({
    title,
    status: 422,
    section: 'none',
    body: (
      <div class="narrow">
        <Heading title={title} />
        <Alert kind="error" title={t('コードを確認できませんでした', 'The code was not accepted')}>
          <p>
            {t(
              'アプリに今表示されているコードを入力してください。続けて間違えると、このリンクは使えなくなります。',
              'Enter the code that the app shows now. After a few wrong ones the link ends.',
            )}
          </p>
        </Alert>
        <ConfirmForm user={user} enrolment={enrolment} fault={fault} />
      </div>
    ),
  });
}
