import { schema } from '@smartkey/http';
import { CLOSE_RUN_STATES, type CloseRun } from './close-run.ts';

const { idOf, instant, list, object, oneOf, serviceMonth, text, wholeNumber } = schema;

/** A run as the public surface shows it. */
export const closeRunView = (run: CloseRun): object => ({
  id: run.run,
  month: run.month,
  state: run.state,
  contracts: {
    total: run.counts.total,
    issued: run.counts.issued,
    nothingDue: run.counts.nothingDue,
    parked: run.counts.parked,
  },
  waitingFor: run.waitingFor,
  requestedAt: run.requestedAt,
  updatedAt: run.updatedAt,
});

export const closeRunSchema = object({
  id: idOf('run'),
  month: serviceMonth(),
  state: oneOf(CLOSE_RUN_STATES),
  contracts: object({
    total: wholeNumber('Accepted contracts: each is visited.'),
    issued: wholeNumber('With an invoice of the month, from whichever run.'),
    nothingDue: wholeNumber(),
    parked: wholeNumber('Contracts that need a person; the run lists them under `parked`.'),
  }),
  waitingFor: list(text('A source whose events may not all be here yet.')),
  requestedAt: instant(),
  updatedAt: instant(),
});

export const parkedSchema = object({
  contract: idOf('ctr'),
  code: oneOf([
    'no-governing-quote',
    'no-recipient',
    'no-registration-number',
    'earlier-month-waits',
    'events-parked',
    'too-many-lines',
    'not-ratable',
  ]),
  reason: text('One sentence for the operator.'),
});
