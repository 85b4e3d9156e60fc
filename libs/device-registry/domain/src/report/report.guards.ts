import { conflict, type Refused } from '@smartkey/kernel';
import type { KnownAccount } from '../account.state.ts';

/** After a report nobody enrols anything, by whichever way, until an administrator lifts that. */
export const mustBeReleased = ({ enrolments }: KnownAccount): Refused =>
  enrolments.stopped === true
    ? conflict('enrolment-stopped', 'A device was reported: an administrator must lift the stop first.')
    : undefined;
