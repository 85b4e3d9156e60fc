import type { CommandContext } from '@smartkey/http';
import type { EventMetadata } from '@smartkey/kernel';

/** What an event records of the command that led to it. */
export const metadataOf = ({ actor, commandId, traceparent }: CommandContext): EventMetadata => ({
  commandId,
  actor,
  ...(traceparent !== undefined && { traceparent }),
});
