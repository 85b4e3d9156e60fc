import type { Schemas } from '../../api/portal-api.ts';
import { BarChart } from '../../components/chart.tsx';
import { Panel } from '../../components/table.tsx';
import { daysOfMonth, dayText } from '../../components/time.tsx';
import { Filters } from '../../forms/filters.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';

/** Which day of a month a page shows: the one that is asked for, else today, else the month's last. */
export function dayShown(month: string, asked: string | null, today: string): string {
  const days = daysOfMonth(month);
  return [asked, today].find((day) => day !== null && days.includes(day)) ?? days.at(-1)!;
}

/** The successes of one day by hour. */
export function HoursChart({
  day,
  successes,
}: {
  readonly day: string;
  /** Missing where they are not told. */
  readonly successes: Schemas['SuccessesOfDay'] | undefined;
}) {
  const { t, language } = useSurroundings();
  const title = t(`時間ごとの認証成功（${dayText(day, language)}）`, `Successes by hour (${day})`);
  const byHour = successes?.byHour as Readonly<Record<string, number>> | null | undefined;
  return byHour === null || byHour === undefined ? (
    <p>
      {t(
        'この日の認証履歴は、保存期間が過ぎたため時間ごとには表示できません。',
        'The attempts of this day are kept no more: its successes cannot be told by hour.',
      )}
    </p>
  ) : (
    <BarChart
      title={title}
      heads={[t('時（日本時間）', 'Hour, JST'), t('回数', 'Count')]}
      bars={Array.from({ length: 24 }, (_, hour) => ({
        label: String(hour),
        value: byHour[String(hour)] ?? 0,
      }))}
    />
  );
}

/** The successes of one day by hour, and the choice of another day. */
export function HoursPicture({
  month,
  day,
  successes,
}: {
  readonly month: string;
  readonly day: string;
  /** Missing where they are not told. */
  readonly successes: Schemas['SuccessesOfDay'] | undefined;
}) {
  const { t, language } = useSurroundings();
  return (
    <Panel title={t('時間ごとの認証成功', 'Successes by hour')}>
      <Filters
        fields={[
          {
            kind: 'list',
            name: 'day',
            label: t('日', 'Day'),
            required: true,
            options: daysOfMonth(month).map((value) => ({ value, label: dayText(value, language) })),
          },
        ]}
        values={{ day }}
        submit={t('表示する', 'Show')}
        search={false}
      />
      <HoursChart day={day} successes={successes} />
    </Panel>
  );
}
