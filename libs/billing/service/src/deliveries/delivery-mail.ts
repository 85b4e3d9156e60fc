import type { Invoice } from '@smartkey/billing-domain';
import { documentTitle } from '@smartkey/billing-renditions/names';
import { inWords } from '@smartkey/billing-domain';
import type { Mail } from '@smartkey/mail';

const yen = (amount: string): string => `${amount.replace(/\B(?=(\d{3})+$)/g, ',')}円`;

/** What a document's mail says; its PDF goes with it. */
export function deliveryMail(document: Invoice, to: string, pdf: Uint8Array): Mail {
  const { number, month, issuedOn, dueOn, total, recipient, issuer } = document;
  const title = documentTitle(document);
  const persons = [recipient.department, recipient.contact].filter((part) => part !== undefined);
  const due = total.startsWith('-') ? 'ご返金予定日' : 'お支払期限';
  return {
    to,
    subject: `【${issuer.name}】${title} ${number} (${inWords(month)})`.slice(0, 200),
    text: `${[
      `${recipient.name} ${recipient.honorific ?? '御中'}`,
      ...(persons.length > 0 ? [persons.join(' ')] : []),
      '',
      `いつもお世話になっております。${issuer.name}です。`,
      `${inWords(month)}の${title}をお送りします。添付の PDF ファイルをご確認ください。`,
      '',
      `番号: ${number}`,
      `発行日: ${issuedOn}`,
      `税込合計: ${yen(total)}`,
      `${due}: ${dueOn}`,
      '',
      'このメールは送信専用のアドレスからお送りしています。',
    ].join('\n')}\n`,
    attachments: [{ filename: `${number}.pdf`, contentType: 'application/pdf', bytes: pdf }],
  };
}
