import type { NewEvent } from '@smartkey/kernel';

/** The events that go into one stream together. */
export interface StreamEvents {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}
