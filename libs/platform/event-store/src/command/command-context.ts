import type { Actor, EventMetadata, NewEvent } from '@smartkey/kernel';

/** Who commands, and in what circumstances. */
export interface CommandContext {
  /** Event ids derive from it: the same command id again can never make a second fact. */
  readonly commandId: string;
  readonly actor: Actor;
  /** The sender chose the command id (an Idempotency-Key, a reactor's event): it may come again, and is looked for in the log. */
  readonly repeatable?: boolean;
  /** The revision that the sender has seen (If-Match); a stream at another one refuses with `revision-mismatch`. */
  readonly ifMatch?: number;
  /** Id of the event that caused the command, where a reactor or timer sends it. */
  readonly causationId?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
}

export const metadataOf = (context: CommandContext, termsVersion: string | undefined): EventMetadata => ({
  commandId: context.commandId,
  actor: context.actor,
  ...(termsVersion !== undefined && { termsVersion }),
  ...(context.causationId !== undefined && { causationId: context.causationId }),
  ...(context.traceparent !== undefined && { traceparent: context.traceparent }),
});

/** Whether the command with this id made the event. */
export const madeBy = (event: NewEvent, commandId: string): boolean => event.metadata.commandId === commandId;
