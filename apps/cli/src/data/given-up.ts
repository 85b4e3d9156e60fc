import type { Incarnation } from '@smartkey/event-store';

/** Whether one of these losses took an event: what it took was decided about, and has been billed anew. */
export const isGivenUp = (
  decided: readonly Incarnation[],
  { incarnation = 1, position }: { readonly incarnation?: number | undefined; readonly position: bigint },
): boolean => decided.some(({ number, keptPosition }) => incarnation < number && position > keptPosition);
