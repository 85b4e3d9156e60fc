import { hasTable } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { Environment } from '@smartkey/configuration';
import { UnreadableRecords } from '@smartkey/kafka';
import { parsePosition } from '@smartkey/kernel';
import { deadLetterView, type DeadLetterView } from '@smartkey/runtime';
import { CommandError } from '../command.ts';
import { withData } from './open-data.ts';
import { runningService } from './running-service.ts';

/** What the consumers of one service could not read. */
export interface DeadLetters {
  list(): Promise<readonly DeadLetterView[]>;
  /** @throws CommandError where there is none of that id; so do the others. */
  show(id: string): Promise<DeadLetterView>;
  /** @returns why it still cannot be read, or null. */
  retry(id: string): Promise<string | null>;
  discard(id: string): Promise<void>;
}

/** By the running service where its address is known, else in the data that it left. */
export async function withDeadLetters<T>(
  env: Environment,
  service: ServiceName,
  work: (letters: DeadLetters) => Promise<T>,
): Promise<T> {
  const call = await runningService(env, service);
  if (call === undefined)
    return withData(env, async (data) => {
      const database = await data.schema(service);
      const isKept = database !== undefined && (await hasTable(database, 'unreadable_record'));
      return work(isKept ? keptIn(new UnreadableRecords(database)) : NONE);
    });
  const path = (id: string): string => `/internal/dead-letters/${encodeURIComponent(id)}`;
  return work({
    list: async () => ((await call('GET', '/internal/dead-letters')) as { items: DeadLetterView[] }).items,
    show: async (id) => (await call('GET', path(id))) as DeadLetterView,
    retry: async (id) => ((await call('POST', `${path(id)}/retry`)) as { reason: string | null }).reason,
    discard: async (id) => void (await call('DELETE', path(id))),
  });
}

function keptIn(records: UnreadableRecords): DeadLetters {
  const show = async (id: string): Promise<DeadLetterView> => {
    // Ids of records are of the size of positions.
    const number = parsePosition(id);
    const record = number === undefined ? undefined : await records.find(number);
    if (record === undefined) throw unknown(id);
    return deadLetterView(record);
  };
  return {
    list: async () => (await records.list()).map(deadLetterView),
    show,
    retry: async (id) => (await records.retry(BigInt((await show(id)).id))) ?? null,
    discard: async (id) => void (await records.discard(BigInt((await show(id)).id))),
  };
}

const unknown = (id: string): CommandError => new CommandError(`there is no dead letter ${id}`);

/** A service that never ran on a broker. */
const NONE: DeadLetters = {
  list: () => Promise.resolve([]),
  show: (id) => Promise.reject(unknown(id)),
  retry: (id) => Promise.reject(unknown(id)),
  discard: (id) => Promise.reject(unknown(id)),
};
