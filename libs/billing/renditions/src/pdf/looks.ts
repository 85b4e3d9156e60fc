import { mm } from './tagged/measures.ts';
import type { TextStyle } from './tagged/tagged-pdf.ts';

/** What all pages share: edges, colours, sizes of text. */
export const EDGE = {
  left: mm(20),
  right: mm(190),
  top: mm(16),
  bottom: mm(276),
} as const;

export const COLORS = {
  ink: '#1a1a1a',
  soft: '#5a5f66',
  rule: '#9aa0a8',
  faint: '#d5d9de',
  band: '#eef1f4',
  accent: '#1f3a5f',
} as const;

const style = (size: number, more: Omit<TextStyle, 'size'> = {}): TextStyle => ({
  size,
  color: COLORS.ink,
  ...more,
});

export const STYLES = {
  title: style(20, { weight: 'bold', color: COLORS.accent }),
  legalName: style(8.5, { color: COLORS.soft }),
  body: style(9),
  strong: style(9.5, { weight: 'bold' }),
  name: style(11.5, { weight: 'bold' }),
  item: style(8.5),
  soft: style(8, { color: COLORS.soft }),
  small: style(7.5, { color: COLORS.soft }),
  tableHead: style(7.5, { weight: 'bold', color: COLORS.soft }),
  figures: style(9, { columnFigures: true }),
  smallFigures: style(7.5, { columnFigures: true, color: COLORS.soft }),
  total: style(19, { weight: 'bold' }),
  section: style(9, { weight: 'bold', color: COLORS.accent }),
} as const;

export const LEADING = 1.45;
