import { useSurroundings } from '../pages/surroundings.ts';
import { numberText } from './money.tsx';

export interface Bar {
  readonly label: string;
  readonly value: number;
}

const WIDTH = 720;
const HEIGHT = 200;
const FOOT = 28;
const SIDE = 48;

/** A round number at or above the highest bar. */
function ceiling(most: number): number {
  if (most <= 4) return 4;
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((each) => each * step).find((each) => each >= most) ?? most;
}

/** Bars drawn here, on the server; the same figures as a table behind them. */
export function BarChart({
  title,
  heads,
  bars,
}: {
  readonly title: string;
  readonly heads: readonly [string, string];
  readonly bars: readonly Bar[];
}) {
  const { t } = useSurroundings();
  const top = ceiling(Math.max(0, ...bars.map(({ value }) => value)));
  const step = (WIDTH - SIDE) / Math.max(bars.length, 1);
  const y = (value: number): number => HEIGHT - (value / top) * (HEIGHT - 12);
  const every = Math.ceil(bars.length / 16);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`} aria-hidden="true" focusable="false">
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line class="chart-line" x1={SIDE} x2={WIDTH} y1={y(value)} y2={y(value)} />
            <text class="chart-text" x={SIDE - 8} y={y(value) + 4} text-anchor="end">
              {numberText(value)}
            </text>
          </g>
        ))}
        {bars.map(({ label, value }, index) => (
          <g key={label}>
            <rect
              class="chart-bar"
              x={SIDE + index * step + step * 0.15}
              y={y(value)}
              width={step * 0.7}
              height={HEIGHT - y(value)}
            />
            {index % every === 0 && (
              <text
                class="chart-text"
                x={SIDE + index * step + step / 2}
                y={HEIGHT + 20}
                text-anchor="middle"
              >
                {label}
              </text>
            )}
          </g>
        ))}
      </svg>
      <details>
        <summary>{t('表で見る', 'As a table')}</summary>
        <table class="compact">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{heads[0]}</th>
              <th scope="col" class="numeric">
                {heads[1]}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ label, value }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td class="numeric">{numberText(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

export interface Step {
  readonly label: string;
  readonly detail: string;
}

/** A way from left to right in a few steps: how an amount came about, or how far a run is. */
export const Steps = ({
  label,
  steps,
  at,
}: {
  readonly label: string;
  readonly steps: readonly Step[];
  readonly at?: number;
}) => (
  <ol class="steps" aria-label={label}>
    {steps.map((step, index) => (
      <li
        key={step.label}
        class={at === undefined || index <= at ? 'reached' : undefined}
        aria-current={index === at ? 'step' : undefined}
      >
        <span class="step-label">{step.label}</span>
        <span class="step-detail">{step.detail}</span>
      </li>
    ))}
  </ol>
);
