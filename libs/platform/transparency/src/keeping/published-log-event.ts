import type { RecordedEvent } from '@smartkey/kernel';
import { logKeepingForms } from './log-keeping.events.ts';

/** An event of a log about itself, as others may read it: without who decided it and why. */
export interface PublishedLogEvent {
  readonly type: string;
  readonly version: number;
  readonly data: object;
}

/** On topics the name `LogRestored` is that of the record which lies on every partition; this one lies on its own, as any event. */
const PUBLISHED_AS: Readonly<Record<string, string>> = { LogRestored: 'LogRenamed' };

/** @returns undefined for an event of the service whose log it is. */
export function publishedLogEvent({ type, version, data }: RecordedEvent): PublishedLogEvent | undefined {
  if (!Object.hasOwn(logKeepingForms, type)) return undefined;
  const {
    by: _by,
    confirmedBy: _confirmedBy,
    reason: _reason,
    ...told
  } = data as Readonly<Record<string, unknown>>;
  return { type: PUBLISHED_AS[type] ?? type, version, data: told };
}
