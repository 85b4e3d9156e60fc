import { numberText } from './money.tsx';

/** How far long work is, by words and a bar. */
export const Progress = ({
  label,
  done,
  total,
}: {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}) => (
  <div class="progress">
    <p>
      {label}{' '}
      <span class="number">
        {numberText(done)} / {numberText(total)}
      </span>
    </p>
    <progress value={done} max={Math.max(total, 1)} aria-label={label} />
  </div>
);
