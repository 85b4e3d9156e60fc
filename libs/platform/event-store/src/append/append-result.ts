import type { AppendResult } from '../event-store.port.ts';

export function appendResult(events: AppendResult['events'], repeated: boolean): AppendResult {
  const { revision, position } = events.at(-1)!;
  return { revision, position, events, repeated };
}
