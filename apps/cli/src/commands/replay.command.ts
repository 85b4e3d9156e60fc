import { SERVICES } from '@smartkey/event-bus';
import { openedInvoice } from '@smartkey/billing-service';
import { approvalHandler, contractHandler } from '@smartkey/contract-service';
import { accountHandler } from '@smartkey/device-registry-service';
import type { AsOf, EventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import { idOfStream, type RecordedEvent } from '@smartkey/kernel';
import { DerivedSharedSeal, openSecrets, type SubjectKeys } from '@smartkey/secrets';
import { CommandError, type CliCommand, type CliContext } from '../command.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';
import { AS_OF_OPTIONS, asOfOf } from './as-of.ts';

/** A stream as it is told: its events and, where its rules are those of one aggregate, what they lead to. */
interface Replayed {
  readonly events: readonly RecordedEvent[];
  readonly state?: unknown;
}

interface Parts {
  readonly store: EventStore;
  readonly clock: SystemClock;
  readonly subjectKeys: SubjectKeys;
  readonly lookupKey: Uint8Array;
}

/** Streams whose events hold personal data, or lead to a state worth telling. By what their names begin with. */
const AGGREGATES: Readonly<
  Record<string, (parts: Parts, stream: string, at: AsOf) => Promise<Replayed | undefined>>
> = {
  contract: (parts, stream, at) => contractHandler(parts).load(idOfStream('ctr', stream), at),
  approval: (parts, stream, at) => approvalHandler(parts).load(idOfStream('apr', stream), at),
  account: (parts, stream, at) => accountHandler(parts).load(idOfStream('rid', stream), at),
  series: async ({ store, lookupKey }, stream, at) => {
    const parties = new DerivedSharedSeal(lookupKey);
    const events = within(await store.readStream(stream), at);
    return { events: events.map((event) => ({ ...event, data: openedInvoice(parties, event.data) })) };
  },
};

export const replayCommand: CliCommand = {
  name: 'replay',
  arguments: ['stream'],
  options: AS_OF_OPTIONS,
  help: 'prints the events of a stream (contract-ctr_…), and the state they lead to, as JSON lines',
  run: (context) =>
    withData(context.env, async (data) => {
      const stream = context.arguments[0]!;
      const at = asOfOf(context);
      const material = await keysOf(context.env);
      for await (const { service, database } of data.started(SERVICES)) {
        const clock = new SystemClock();
        const store = await data.log(service, database, { clock });
        if ((await store.readStream(stream, { limit: 1 })).length === 0) continue;
        const { subjectKeys } = await openSecrets({ database, service, material });
        print(
          await replay({ store, clock, subjectKeys, lookupKey: material.lookupKey }, stream, at),
          context,
        );
        return 0;
      }
      throw new CommandError(`no log has a stream ${stream}`);
    }),
};

async function replay(parts: Parts, stream: string, at: AsOf): Promise<Replayed> {
  const aggregate = AGGREGATES[stream.slice(0, stream.indexOf('-'))];
  if (aggregate !== undefined) return (await aggregate(parts, stream, at)) ?? { events: [] };
  return { events: within(await parts.store.readStream(stream), at) };
}

const within = (events: readonly RecordedEvent[], at: AsOf): readonly RecordedEvent[] =>
  events.filter(
    ({ occurredAt, recordedAt }) =>
      (at.asOf === undefined || occurredAt <= at.asOf) &&
      (at.knownAt === undefined || recordedAt <= at.knownAt),
  );

function print({ events, state }: Replayed, { print: line }: CliContext): void {
  for (const { position, ...event } of events) line(JSON.stringify({ ...event, position: String(position) }));
  if (state !== undefined) line(JSON.stringify({ state }));
}
