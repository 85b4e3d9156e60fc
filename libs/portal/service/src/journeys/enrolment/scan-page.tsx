import type { Markup } from 'preact';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import type { Refusal } from '../../api/refusal.ts';
import { Alert } from '../../components/alert.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { ValidUntil } from '../../components/time.tsx';
import { FieldControl } from '../../forms/fields.tsx';
import { Hidden } from '../../forms/form-flow.tsx';
import { wordsOfRefusal } from '../../forms/words-of-refusal.ts';
import { page, type Page } from '../../pages/answer.ts';
import type { Visit } from '../../visit/visit.ts';

/** An enrolment that waits for its first code, as whoever carries it out sees it: the user, or somebody for them. */
export interface Scan {
  readonly visit: Visit;
  readonly csrf: string | undefined;
  readonly around: Pick<Page, 'section' | 'contract' | 'trail' | 'of'>;
  /** What the reader shall not do with the secret, and what to do next. */
  readonly keepIt: string;
  /** Where the QR code cannot be scanned: by which heading, and which way else, above the key. */
  readonly notScanned: string;
  readonly otherWay: (started: Schemas['StartedEnrolment']) => Markup;
  /** What too many wrong codes end. */
  readonly onWrong: string;
  /** Takes the first code of an enrolment. */
  readonly confirmAt: (enrolment: string) => string;
  /** Where it leads to stop. */
  readonly back: string;
}

/** A code as people type it. */
export const typedCode = (text: string | undefined): string =>
  (text ?? '').normalize('NFKC').replace(/\s/g, '');

/** The secret, shown once: as a QR code made on the server, and as a key to type in. */
export function scanPage(scan: Scan, started: Schemas['StartedEnrolment']): Page {
  const { t } = scan.visit;
  return page({
    title: t('QRコードの読み取り', 'Scan the QR code'),
    ...scan.around,
    lead: <ValidUntil at={started.expiresAt} />,
    narrow: true,
    body: (
      <>
        <Alert
          kind="warning"
          title={t('このQRコードは今だけ表示されます。', 'This QR code is shown only now.')}
          details={scan.keepIt}
        />
        <QrCode svg={started.qrSvg} />
        <details>
          <summary>{scan.notScanned}</summary>
          <p>{scan.otherWay(started)}</p>
          <code class="secret">{started.secretBase32}</code>
        </details>
        <FirstCode scan={scan} enrolment={started.id} />
      </>
    ),
  });
}

/** The first code was wrong: the secret is not shown again. */
export function wrongCodePage(scan: Scan, enrolment: string, refusal: Refusal): Page {
  const { t } = scan.visit;
  return page({
    title: t('コードの入力', 'Enter the code'),
    status: 422,
    ...scan.around,
    narrow: true,
    body: (
      <>
        <Alert kind="error" title={t('コードを確認できませんでした', 'The code was not accepted')}>
          <p>
            {t(
              'アプリに今表示されているコードを入力してください。',
              'Enter the code that the app shows now.',
            )}
            {scan.onWrong}
          </p>
        </Alert>
        <FirstCode scan={scan} enrolment={enrolment} fault={wordsOfRefusal(refusal, t)} />
      </>
    ),
  });
}

const FirstCode = ({
  scan: { visit, csrf, confirmAt, back },
  enrolment,
  fault,
}: {
  readonly scan: Scan;
  readonly enrolment: string;
  readonly fault?: string;
}) => {
  const { t } = visit;
  return (
    <form method="post" action={confirmAt(enrolment)} novalidate>
      <Hidden name="_csrf" value={csrf} />
      <FieldControl
        field={{
          kind: 'digits',
          name: 'code',
          label: t('アプリに表示されたコード', 'The code that the app shows'),
          required: true,
          max: 8,
          autocomplete: 'one-time-code',
        }}
        values={{}}
        fault={fault}
      />
      <div class="actions">
        <button type="submit">{t('登録を完了する', 'Confirm')}</button>
        <ActionLink href={back} label={t('中止する', 'Stop')} />
      </div>
    </form>
  );
};
