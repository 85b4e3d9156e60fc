import type { Message } from '@smartkey/event-bus';
import type { Letter } from '@smartkey/mail';
import type { Right } from '@smartkey/kernel';
import type { AuthenticationMessages, ContractMessages } from '@smartkey/messages';

/** What people of a contract are told of one of its events. */
export interface ContractNotice {
  /** As the list of mails has it. */
  readonly kind: 'cancellation' | 'plan-change' | 'lock';
  /** Who is told: those with one of these rights. */
  readonly rights: readonly Right[];
  readonly letter: Omit<Letter, 'name' | 'link'>;
  /** The page of the contract that says more, below it. */
  readonly page?: string;
  /** Several that have the same are told as one; the event alone where there is none. */
  readonly once?: string;
}

/** Whose log is followed. */
export type NoticeSource = 'contract' | 'authentication';

const IN_JAPAN = { timeZone: 'Asia/Tokyo', year: 'numeric', month: 'long' } as const;
const DAYS = new Intl.DateTimeFormat('ja-JP', { ...IN_JAPAN, day: 'numeric', weekday: 'short' });
const MONTHS = new Intl.DateTimeFormat('ja-JP', IN_JAPAN);
const INSTANTS = new Intl.DateTimeFormat('ja-JP', {
  ...IN_JAPAN,
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
});
const instantText = (at: string): string => INSTANTS.format(new Date(at));
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

type Letters<Messages> = {
  readonly [Type in keyof Messages]?: (data: Messages[Type], occurredAt: string) => ContractNotice;
};

const ADMINISTRATORS = ['administer'] as const;

/** The words of those events that a contract is told of by mail; the last day, the month and the plan stand in them. */
const OF_CONTRACTS: Letters<ContractMessages> = {
  CancellationNotified: ({ effectiveDay }) => ({
    kind: 'cancellation',
    rights: ADMINISTRATORS,
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
    rights: ADMINISTRATORS,
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
    rights: ADMINISTRATORS,
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
    rights: ADMINISTRATORS,
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
    rights: ADMINISTRATORS,
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

/**
 * Wrong codes locked an ID. Somebody who tries all IDs of a contract must not fill mail boxes: what is locked within one hour is told of
 * once. The mail names no ID: its page does.
 */
const OF_AUTHENTICATION: Letters<AuthenticationMessages> = {
  AccountLocked: ({ account, until }, occurredAt) => ({
    kind: 'lock',
    rights: ['ids', 'administer'],
    page: `ids/${account}`,
    once: occurredAt.slice(0, 'yyyy-mm-ddThh'.length),
    letter: letter(
      {
        subject: 'IDがロックされました',
        said: `誤ったコードが続いたため、IDがロックされました。${until === undefined ? 'ロックは、IDの画面で解除するまで続きます。' : `ロックは、${instantText(until)}まで続きます。IDの画面で解除することもできます。`}\n同じ1時間のうちにほかのIDがロックされても、メールはこの1通です。認証履歴もご確認ください。`,
      },
      {
        subject: 'An ID was locked',
        said: `Wrong codes locked an ID${until === undefined ? ', until it is unlocked on its page' : ` until ${until}; its page unlocks it earlier`}. Of others that are locked within the same hour there is no other mail: see the sign-ins too.`,
      },
    ),
  }),
};

type AnyLetters = Readonly<Record<string, ((data: never, occurredAt: string) => ContractNotice) | undefined>>;
const LETTERS: Readonly<Record<NoticeSource, AnyLetters>> = {
  contract: OF_CONTRACTS as AnyLetters,
  authentication: OF_AUTHENTICATION as AnyLetters,
};

/** The types of a log that anybody is told of. */
export const toldTypes = (source: NoticeSource): readonly string[] => Object.keys(LETTERS[source]);

/** What an event is told as; nothing where nobody is written to about it. */
export function noticeOf(
  source: NoticeSource,
  { type, data, occurredAt }: Pick<Message, 'type' | 'data' | 'occurredAt'>,
): ContractNotice | undefined {
  return Object.hasOwn(LETTERS[source], type)
    ? LETTERS[source][type]?.(data as never, occurredAt)
    : undefined;
}
