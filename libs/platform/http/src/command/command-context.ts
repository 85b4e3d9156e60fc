import type { Actor } from '@smartkey/kernel';

/** What is known of a command besides the command. */
export interface CommandContext {
  readonly actor: Actor;
  /** The same command sent again has the same id, so it can make no second fact. */
  readonly commandId: string;
  /** The id may have been seen before (the caller gave an Idempotency-Key): look for the first answer. */
  readonly repeatable: boolean;
  /** The revision that the caller expects the stream to be at. */
  readonly ifMatch?: number;
  /** W3C trace context. */
  readonly traceparent?: string;
}
