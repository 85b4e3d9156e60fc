import { randomUUID } from 'node:crypto';
import type { Markup } from 'preact';
import { Hidden } from '../../forms/form-flow.tsx';
import type { Scan } from '../enrolment/scan-page.tsx';
import type { UserVisit } from './user-visit.ts';

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

/** The user enrols: nobody else sees the secret. */
export function scanOfUser({ visit, csrf }: UserVisit): Scan {
  const { t } = visit;
  return {
    visit,
    csrf,
    around: { section: 'none' },
    keepIt: t(
      '画面の写しを取らず、誰にも見せないでください。認証アプリで読み取り、表示されたコードを下に入力してください。',
      'Keep no copy and show it to nobody. Scan it with an authenticator app and enter the code that it shows.',
    ),
    notScanned: t('このスマートフォンで読み取れない場合', 'If this is the phone itself'),
    otherWay: ({ otpauthUri }) => (
      <>
        <a href={otpauthUri}>{t('認証アプリを開く', 'Open the authenticator app')}</a>
        {t('か、アプリにこのキーを入力してください。', ', or enter this key there.')}
      </>
    ),
    onWrong: t('続けて間違えると、このリンクは使えなくなります。', ' After a few wrong ones the link ends.'),
    confirmAt: (enrolment) => `/portal/self/enrolments/${enrolment}/confirmation`,
    back: '/portal/self',
  };
}
