import { unreachable, type Fact } from '@smartkey/kernel';
import type { ExportFormat } from './export-format.ts';
import type { Claim, ExportEvent, ExportRequested, InvoiceExported } from './exports.events.ts';

/** What finished exports of one format have taken. */
export interface Taken {
  /** Every document up to this one in the order of issue, but for those that claims beside it had taken before. */
  readonly upTo?: string;
  readonly claims: readonly Claim[];
}

export interface ExportLog {
  readonly count: number;
  /** The export of a format that is being written: at most one. */
  readonly open: Readonly<Partial<Record<ExportFormat, ExportRequested['data']>>>;
  readonly taken: Readonly<Partial<Record<ExportFormat, Taken>>>;
}

export const noExports: ExportLog = { count: 0, open: {}, taken: {} };

export function evolveExports(state: ExportLog, event: Fact<ExportEvent>): ExportLog {
  switch (event.type) {
    case 'ExportRequested':
      return {
        ...state,
        count: Math.max(state.count, event.data.number),
        open: { ...state.open, [event.data.format]: event.data },
      };
    case 'InvoiceExported':
      return {
        count: Math.max(state.count, event.data.number),
        open: without(state.open, event.data.format),
        taken: {
          ...state.taken,
          [event.data.format]: withExport(state.taken[event.data.format], event.data),
        },
      };
    case 'ExportRefused':
      return { ...state, open: without(state.open, event.data.format) };
    default:
      return unreachable(event, state);
  }
}

const without = (open: ExportLog['open'], format: ExportFormat): ExportLog['open'] =>
  Object.fromEntries(Object.entries(open).filter(([each]) => each !== format));

/**
 * Claims of one month and day take each other's place: the later reaches as far or farther. Those that reach no farther than what is
 * taken wholly say nothing any more.
 */
function withExport(taken: Taken = { claims: [] }, { month, since, last }: InvoiceExported['data']): Taken {
  if (last === undefined) return taken;
  const day = since === 'last' ? undefined : since;
  if (month === undefined && day === undefined)
    return { upTo: last, claims: taken.claims.filter((claim) => !reaches(last, claim.last)) };
  const others = taken.claims.filter((claim) => {
    const same = claim.month === month && claim.since === day;
    return !same && !(claim.month === month && day === undefined && reaches(last, claim.last));
  });
  const claim = { ...(month !== undefined && { month }), ...(day !== undefined && { since: day }), last };
  return { ...taken, claims: [...others, claim] };
}

const seriesOf = (number: string): string => number.slice(0, number.lastIndexOf('-'));

/** Whether a document is the other one or was issued after it, as far as their numbers tell: those of one series ascend. */
const reaches = (number: string, other: string): boolean =>
  seriesOf(number) === seriesOf(other) && number >= other;
