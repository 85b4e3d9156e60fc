import type { ServiceName } from '../event-bus.port.ts';
import { UnavailableError } from '@smartkey/lifecycle';

/** The log of a source lacks what was read of it: its reader stops where it stands, until the log has it again or its loss was accepted. */
export class SourceLacksEventError extends UnavailableError {
  override readonly name = 'SourceLacksEventError';
  constructor(readonly source: ServiceName) {
    super(`the log of ${source} lacks events that were read of it: see npm run cli -- log compare ${source}`);
  }
}
