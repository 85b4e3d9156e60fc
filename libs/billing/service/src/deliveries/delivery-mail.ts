import type { Invoice } from '@smartkey/billing-domain';
import { documentTitle } from '@smartkey/billing-renditions/names';
import { monthInWords } from '@smartkey/billing-domain';
import { withPage, type Mail } from '@smartkey/mail';

const yen = (amount: string): string => `${amount.replace(/\B(?=(\d{3})+$)/g, ',')}円`;

const KINDS: Readonly<Record<Invoice['kind'], string>> = {
  invoice: 'Invoice',
  correction: 'Correction',
  'credit-note': 'Credit note',
};

/** What a document's mail says; its PDF goes with it. */
export function deliveryMail(document: Invoice, to: string, pdf: Uint8Array): Mail {
  const { number, month, issuedOn, dueOn, total, recipient, issuer } = document;
  const title = documentTitle(document);
  const persons = [recipient.department, recipient.contact].filter((part) => part !== undefined);
  const repaid = total.startsWith('-');
  const due = repaid ? 'ご返金予定日' : 'お支払期限';
  return {
    to,
    ...withPage({
      subject: `【${issuer.name}】${title} ${number} (${monthInWords(month)})`,
      text: `${[
        `${recipient.name} ${recipient.honorific ?? '御中'}`,
        ...(persons.length > 0 ? [persons.join(' ')] : []),
        '',
        `いつもお世話になっております。${issuer.name}です。`,
        `${monthInWords(month)}の${title}をお送りします。添付の PDF ファイルをご確認ください。`,
        '',
        `番号: ${number}`,
        `発行日: ${issuedOn}`,
        `税込合計: ${yen(total)}`,
        `${due}: ${dueOn}`,
        '',
        'このメールは送信専用のアドレスからお送りしています。',
        '',
        '--',
        `${KINDS[document.kind]} ${number} of ${month}: ${yen(total).slice(0, -1)} yen with tax, ${repaid ? 'to be repaid' : 'due'} on ${dueOn}. It is attached as PDF.`,
        'This mail comes from an address that takes none.',
      ].join('\n')}\n`,
    }),
    attachments: [{ filename: `${number}.pdf`, contentType: 'application/pdf', bytes: pdf }],
  };
}
