import type { Decider } from '@smartkey/kernel';
import type { SeriesName } from '../invoice/document-number.ts';
import { credit, issueDocument, type SeriesCommand } from './series.decide.ts';
import type { SeriesEvent } from './series.events.ts';
import { emptySeries, evolveSeries, type SeriesState } from './series.state.ts';

/** The documents of one issuer, numbered by their places. */
export const seriesDecider = (series: SeriesName): Decider<SeriesState, SeriesCommand, SeriesEvent> => ({
  initial: emptySeries(series),
  evolve: evolveSeries,
  decide: (command, state) =>
    command.type === 'Credit' ? credit(command, state) : issueDocument(command, state),
});
