import type { Message } from '@smartkey/event-bus';
import type { Letter } from '@smartkey/mail';
import type { ContractMessages } from '@smartkey/messages';

/** What the administrators of a contract are told of one of its events. */
export interface Notice {
  /** As the list of mails has it. */
  readonly kind: 'cancellation' | 'plan-change';
  readonly letter: Omit<Letter, 'name'>;
}

const IN_JAPAN = { timeZone: 'Asia/Tokyo', year: 'numeric', month: 'long' } as const;
const DAYS = new Intl.DateTimeFormat('ja-JP', { ...IN_JAPAN, day: 'numeric', weekday: 'short' });
const MONTHS = new Intl.DateTimeFormat('ja-JP', IN_JAPAN);
const dayText = (day: string): string => DAYS.format(new Date(`${day}T00:00:00+09:00`));
const monthText = (month: string): string => MONTHS.format(new Date(`${month}-01T00:00:00+09:00`));

const PLANS: Readonly<Record<string, string>> = {
  enterprise: 'エンタープライズ',
  'service-provider': 'サービスプロバイダー',
};

interface Said {
  readonly subject: string;
  readonly said: string;
}

const letter = (ja: Said, en: Said): Omit<Letter, 'name'> => ({
  ja: {
    subject: `SmartKey 管理サービス：${ja.subject}`,
    paragraphs: [ja.said, '心当たりがない場合は、すぐに運用者に連絡してください。'],
  },
  en: {
    subject: en.subject,
    paragraphs: [en.said, 'If you do not expect this, tell the operator at once.'],
  },
});

type Letters = { readonly [Type in keyof ContractMessages]?: (data: ContractMessages[Type]) => Notice };

/** The words of those events that a contract is told of by mail; the last day, the month and the plan stand in them. */
const LETTERS: Letters = {
  CancellationNotified: ({ effectiveDay }) => ({
    kind: 'cancellation',
    letter: letter(
      {
        subject: '解約のお申し込みを受け付けました',
        said: `解約のお申し込みを受け付けました。利用終了日は${dayText(effectiveDay)} 24時です（第6条）。`,
      },
      {
        subject: 'Your notice of cancellation was received',
        said: `Your notice of cancellation was received. The last day of service is ${effectiveDay}, until 24:00 JST (第6条).`,
      },
    ),
  }),
  CancellationCorrected: ({ effectiveDay }) => ({
    kind: 'cancellation',
    letter: letter(
      {
        subject: '解約の記録が訂正されました',
        said: `解約の記録が訂正されました。利用終了日は${dayText(effectiveDay)} 24時です（第6条）。`,
      },
      {
        subject: 'The notice of cancellation was corrected',
        said: `The notice of cancellation was corrected. The last day of service is ${effectiveDay}, until 24:00 JST (第6条).`,
      },
    ),
  }),
  CancellationVoided: () => ({
    kind: 'cancellation',
    letter: letter(
      {
        subject: '解約のお申し込みが取り消されました',
        said: '解約のお申し込みが取り消されました。契約は続きます（第6条）。',
      },
      {
        subject: 'The notice of cancellation was withdrawn',
        said: 'The notice of cancellation was withdrawn. The contract goes on (第6条).',
      },
    ),
  }),
  PlanChangeAccepted: ({ plan, fromMonth }) => ({
    kind: 'plan-change',
    letter: letter(
      {
        subject: 'プラン変更が承諾されました',
        said: `プラン変更が承諾されました。${monthText(fromMonth)}1日0時から${PLANS[plan] ?? plan}プランです。その前の月までは現在のプランで計算します（第4条）。`,
      },
      {
        subject: 'The change of plan was accepted',
        said: `The change of plan was accepted: ${plan} from the 1st of ${fromMonth}, 00:00 JST. Earlier months are billed by the present plan (第4条).`,
      },
    ),
  }),
  PlanChanged: ({ plan, fromMonth }) => ({
    kind: 'plan-change',
    letter: letter(
      {
        subject: 'プランが変わりました',
        said: `${monthText(fromMonth)}1日0時から、${PLANS[plan] ?? plan}プランになりました（第4条）。`,
      },
      {
        subject: 'The plan has changed',
        said: `The plan is ${plan} since the 1st of ${fromMonth}, 00:00 JST (第4条).`,
      },
    ),
  }),
};

/** What an event is told as; nothing where nobody is written to about it. */
export function noticeOf({ type, data }: Message): Notice | undefined {
  const told = (LETTERS as Readonly<Record<string, ((data: never) => Notice) | undefined>>)[type];
  return told?.(data as never);
}
