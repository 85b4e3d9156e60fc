import { useSurroundings } from '../pages/surroundings.ts';
import type { Language } from '../visit/language.ts';

const PARTS = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Tokyo',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const WEEKDAYS = ['日', '月', '火', '水', '木', '金', '土'] as const;
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** An instant as people in Japan read it: 2026年11月25日 14時03分; in English 2026-11-25 14:03. */
export function instantText(instant: string, language: Language): string {
  const parts = new Map(PARTS.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  const [y, m, d, h, min] = (['year', 'month', 'day', 'hour', 'minute'] as const).map(
    (each) => parts.get(each) ?? '',
  );
  if (language === 'ja') return `${y}年${m}月${d}日 ${Number(h)}時${min}分`;
  return `${y}-${m!.padStart(2, '0')}-${d!.padStart(2, '0')} ${h}:${min}`;
}

const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** 2026年11月25日. */
export function japaneseDay(day: string): string {
  const [y, m, d] = day.split('-').map(Number);
  return `${y}年${m}月${d}日`;
}

/** A day: 2026年12月25日（金）; in English 2026-12-25 (Fri). */
export function dayText(day: string, language: Language): string {
  if (language === 'ja') return `${japaneseDay(day)}（${WEEKDAYS[weekdayOf(day)]}）`;
  return `${day} (${WEEKDAYS_EN[weekdayOf(day)]})`;
}

/** A service month: 2026年12月. */
export function monthText(month: string, language: Language): string {
  const [y, m] = month.split('-').map(Number);
  return language === 'ja' ? `${y}年${m}月` : month;
}

/** What has not been yet, or is not known. */
type Maybe = string | null | undefined;

const Time = ({
  at,
  text,
}: {
  readonly at: Maybe;
  readonly text: (at: string, language: Language) => string;
}) => {
  const { language } = useSurroundings();
  return at === undefined || at === null ? <>—</> : <time datetime={at}>{text(at, language)}</time>;
};

export const At = ({ at }: { readonly at: Maybe }) => <Time at={at} text={instantText} />;

/** What is good until then. */
export const ValidUntil = ({ at }: { readonly at: string }) => (
  <>
    {useSurroundings().t('有効期限：', 'Valid until ')}
    <At at={at} />
  </>
);

export const Day = ({ day }: { readonly day: Maybe }) => <Time at={day} text={dayText} />;

export const Month = ({ month }: { readonly month: Maybe }) => <Time at={month} text={monthText} />;

/** The month so many later. */
export function monthAfter(month: string, by = 1): string {
  const [y, m] = month.split('-').map(Number);
  const at = y! * 12 + (m! - 1) + by;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

export const monthOfDate = (day: string): string => day.slice(0, 7);

/** The days of a month: `2026-11-01`, … */
export function daysOfMonth(month: string): readonly string[] {
  const [y, m] = month.split('-').map(Number);
  const count = new Date(Date.UTC(y!, m!, 0)).getUTCDate();
  return Array.from({ length: count }, (_, n) => `${month}-${String(n + 1).padStart(2, '0')}`);
}
