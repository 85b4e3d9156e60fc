import { inSpan } from '@smartkey/tracing';
import type { Instant } from '@smartkey/kernel';
import type { DueWork } from '../service-definition.ts';

/** The same timers, with a span for each run that did something. */
export function tracedDueWork(service: string, dueWork: DueWork | undefined): DueWork | undefined {
  return (
    dueWork && {
      runDue: (upTo: Instant) => inSpan('due work', { service, quiet: true }, () => dueWork.runDue(upTo)),
      nextDue: () => dueWork.nextDue(),
    }
  );
}
