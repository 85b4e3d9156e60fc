import { ActionLink } from '../components/action-link.tsx';
import type { Told } from '../visit/language.ts';
import { page, type Page } from './answer.ts';

interface Words {
  readonly title: string;
  readonly what: string;
  readonly next: string;
}

/** Files that are not there yet, or cannot be: nothing is broken, and there is something to do. */
const OF_FILES: Readonly<Record<string, (t: Told) => Words>> = {
  'not-yet-rendered': (t) => ({
    title: t('ファイルを作成しています', 'The file is being made'),
    what: t('このファイルはまだ作成中です。', 'This file is not made yet.'),
    next: t('少し待ってから、もう一度ダウンロードしてください。', 'Download it again in a moment.'),
  }),
  'file-refused': (t) => ({
    title: t('ファイルを作成できません', 'The file cannot be made'),
    what: t(
      'ファイルに必要な項目が足りません。書類そのものは発行されています。',
      'It lacks something; the document itself stands.',
    ),
    next: t(
      '書類の「ファイル」で、足りない項目をご確認ください。',
      'See under “Files” of the document what is missing.',
    ),
  }),
  'no-jp-pint': (t) => ({
    title: t('電子インボイスはありません', 'There is no e-invoice'),
    what: t('電子インボイスは、2023年10月分以降の書類にあります。', 'There are e-invoices from 2023-10 on.'),
    next: t('PDFかCSVをダウンロードしてください。', 'Download the PDF or the CSV.'),
  }),
  'no-statement': (t) => ({
    title: t('利用明細はありません', 'There is no statement'),
    what: t('この書類は、アカウントの利用を含みません。', 'This document bills no accounts.'),
    next: t('書類の明細をご確認ください。', 'See the lines of the document.'),
  }),
  'too-many-accounts': (t) => ({
    title: t('PDFにするにはアカウントが多すぎます', 'There are too many accounts for a PDF'),
    what: t('利用明細のPDFに載せられる数を超えています。', 'A statement as PDF does not take so many.'),
    next: t('CSVをダウンロードしてください。すべて載っています。', 'Download the CSV: it has all of them.'),
  }),
  'too-many-documents': (t) => ({
    title: t('書類が多すぎます', 'There are too many documents'),
    what: t('一つのZIPに入れられる数を超えています。', 'One ZIP does not take so many.'),
    next: t(
      '期間などで絞り込んで、分けてダウンロードしてください。',
      'Narrow the search, and download them in parts.',
    ),
  }),
  'export-not-finished': (t) => ({
    title: t('ファイルはまだありません', 'There is no file yet'),
    what: t('作成中か、作成できなかったファイルです。', 'It is being made, or could not be.'),
    next: t('会計連携の画面で状態をご確認ください。', 'See its state on the accounting page.'),
  }),
};

function wordsOf(status: number, code: string, t: Told, retryAfter: number | undefined): Words {
  const file = OF_FILES[code];
  if (file !== undefined) return file(t);
  switch (status) {
    case 403:
      if (code === 'foreign-form' || code === 'stale-form')
        return {
          title: t('この操作は受け付けられませんでした', 'This was not accepted'),
          what: t(
            '画面を開いてから時間がたったか、別の画面から送信されました。何も変更されていません。',
            'The page was opened long ago, or this came from somewhere else. Nothing was changed.',
          ),
          next: t('画面を開き直して、もう一度お試しください。', 'Open the page again and repeat it.'),
        };
      return {
        title: t('この画面を見る権限がありません', 'You may not see this page'),
        what: t(
          'ログイン中の担当者には、この画面または操作の権限がありません。',
          'The person who is signed in has no right to this page or action.',
        ),
        next: t(
          '権限が必要な場合は、契約の管理者にご依頼ください。',
          'Ask an administrator of the contract for the right.',
        ),
      };
    case 404:
      return {
        title: t('ページが見つかりません', 'There is no such page'),
        what: t(
          'アドレスが間違っているか、対象がないか、ご覧になれないものです。',
          'The address is wrong, or there is no such thing, or it is not for you to see.',
        ),
        next: t(
          'アドレスを確かめるか、ホームからお探しください。',
          'Check the address, or start from the home page.',
        ),
      };
    case 410:
      if (code === 'user-link-over')
        return {
          title: t('リンクの期限が切れました', 'The link is over'),
          what: t(
            'このリンクは、期限が切れたか、すでに使われています。',
            'Its time is over, or it was used already.',
          ),
          next: t(
            '管理者に新しいリンクを依頼してください。スマートフォンを登録済みの方は、登録をお知らせしたメールにある「ご自分のページ」からも依頼できます。',
            'Ask your administrator for another one. If your phone is registered, you can also ask for one at the page that the mail about it names.',
          ),
        };
      return {
        title: t('期限が切れました', 'This has expired'),
        what: t('このリンクまたは手続きの期限が切れています。', 'The time for this link or step is over.'),
        next: t('もう一度最初からやり直してください。', 'Begin again.'),
      };
    case 413:
      return {
        title: t('ファイルが大きすぎます', 'The file is too large'),
        what: t(
          '送信されたファイルは受け付けられる大きさを超えています。',
          'What was sent is larger than what is taken.',
        ),
        next: t('ファイルを分けて、もう一度お試しください。', 'Divide it and try again.'),
      };
    case 429: {
      const wait = String(retryAfter ?? 60);
      return {
        title: t('しばらくお待ちください', 'Please wait'),
        what: t('短い時間に多くの操作がありました。', 'There were too many requests in a short time.'),
        next: t(`${wait}秒ほどたってから、もう一度お試しください。`, `Try again in about ${wait} seconds.`),
      };
    }
    case 400:
    case 409:
    case 422:
      return {
        title: t('受け付けられませんでした', 'This was not accepted'),
        what: t(
          '内容が正しくないか、ほかの変更と重なりました。何も変更されていません。',
          'It is not valid, or something else was changed meanwhile. Nothing was changed.',
        ),
        next: t('前の画面に戻って、内容を確かめてください。', 'Go back and check what was sent.'),
      };
    default:
      return {
        title: t('ただいまご利用いただけません', 'This is not available at the moment'),
        what: t(
          'サービスの一部が応答していません。送信した内容が受け付けられたかどうかは、画面を開き直すと確かめられます。',
          'A part of the service does not answer. Open the page again to see whether what you sent was accepted.',
        ),
        next: t('しばらくしてから、もう一度お試しください。', 'Try again in a while.'),
      };
  }
}

export function errorPage(
  status: number,
  code: string,
  t: Told,
  about: { readonly id: string; readonly retryAfter?: number | undefined },
): Page {
  const { title, what, next } = wordsOf(status, code, t, about.retryAfter);
  return page({
    title,
    status,
    section: 'none',
    lead: what,
    narrow: true,
    body: (
      <>
        <p>{next}</p>
        {code !== 'user-link-over' && (
          <div class="actions">
            <ActionLink main href="/portal" label={t('ホームへ', 'Home')} />
          </div>
        )}
        <p class="note">
          {t('お問い合わせの際はこの番号をお伝えください：', 'If you ask about this, name this number: ')}
          <code>{about.id}</code>
        </p>
      </>
    ),
  });
}
