import type { ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Message } from '@smartkey/event-bus';
import type { Environment } from '@smartkey/configuration';
import { startTracing } from '@smartkey/runtime';
import { Collector } from '@smartkey/testing/end-to-end';
import { currentTraceparent, inSpan } from '@smartkey/tracing';
import { pino } from 'pino';
import type { ContractEnds } from './contract-ends.ts';
import { contractTerminatedReactor } from './contract-terminated.reactor.ts';

let collector: Collector;
let tracing: Awaited<ReturnType<typeof startTracing>>;
beforeAll(async () => {
  collector = await Collector.start();
  const env: Environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  tracing = await startTracing('device-registry', env, pino({ level: 'silent' }));
});
afterAll(async () => {
  await tracing.stop();
  await collector.close();
});

const traceOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];
const message = (n: number, type: string, traceparent?: string): Message => ({
  id: `event-${n}`,
  source: 'contract',
  type,
  version: 1,
  stream: `contract-ctr_${n}`,
  revision: 0,
  position: BigInt(n),
  previous: BigInt(n - 1),
  occurredAt: '2018-02-01T00:00:00.000Z',
  recordedAt: '2018-02-01T00:00:00.000Z',
  contract: `ctr_${n}`,
  ...(traceparent === undefined ? {} : { traceparent }),
  data: { lastDay: '2018-01-31' },
});

it('what a terminated contract causes goes on with the trace of its termination, each with its own', async () => {
  const ended: (readonly [contract: ContractId, causation: string | undefined, trace: string | undefined])[] =
    [];
  const ends = {
    deregisterAll: async (contract: ContractId, _lastDay: string, causation?: string) =>
      inSpan('commands', {}, async () => {
        ended.push([contract, causation, traceOf(currentTraceparent())]);
      }),
  } as unknown as ContractEnds;
  const [one, two] = ['1'.repeat(32), '2'.repeat(32)];
  let batch: string | undefined;
  await inSpan('process contract', {}, async () => {
    batch = traceOf(currentTraceparent());
    await contractTerminatedReactor(ends).react([
      message(1, 'ContractTerminated', `00-${one}-00f067aa0ba902b7-01`),
      message(3, 'ContractTerminated', `00-${two}-00f067aa0ba902b7-01`),
      message(4, 'ContractTerminated'),
    ]);
  });
  expect(ended).toEqual([
    ['ctr_1', 'event-1', one],
    ['ctr_3', 'event-3', two],
    ['ctr_4', 'event-4', batch],
  ]);
});
