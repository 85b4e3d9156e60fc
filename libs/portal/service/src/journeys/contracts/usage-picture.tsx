import type { Schemas } from '../../api/portal-api.ts';
import { BarChart } from '../../components/chart.tsx';
import { daysOfMonth, monthText } from '../../components/time.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';

/** Where people look rather than read: successes by day, and IDs by the days that they were used. */
export function UsagePicture({ usage }: { readonly usage: Schemas['Usage'] }) {
  const { t, language } = useSurroundings();
  const days = daysOfMonth(usage.month).map((_day, index) => String(index + 1));
  const byDay = usage.authentications.byDay as Readonly<Record<string, number>>;
  const byUsedDays = usage.accounts.byUsedDays as Readonly<Record<string, number>>;
  return (
    <div class="cards">
      <section class="card card-half">
        <BarChart
          title={t(
            `日ごとの認証成功（${monthText(usage.month, language)}）`,
            `Successes by day (${usage.month})`,
          )}
          heads={[t('日', 'Day'), t('回数', 'Count')]}
          bars={days.map((day) => ({
            label: day,
            value: byDay[`${usage.month}-${day.padStart(2, '0')}`] ?? byDay[day] ?? 0,
          }))}
        />
      </section>
      <section class="card card-half">
        <BarChart
          title={t(
            `利用日数ごとのID数（${monthText(usage.month, language)}）`,
            `IDs by used days (${usage.month})`,
          )}
          heads={[t('利用日数', 'Used days'), t('ID数', 'IDs')]}
          bars={days.map((day) => ({ label: day, value: byUsedDays[day] ?? 0 }))}
        />
      </section>
    </div>
  );
}
