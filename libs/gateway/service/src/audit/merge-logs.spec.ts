import { describe, expect, it } from '@jest/globals';
import type { Message, ServiceName } from '@smartkey/event-bus';
import { mergeLogs, type LogPart } from './merge-logs.ts';

const message = (source: ServiceName, position: bigint, second: number): Message => ({
  id: `${source}-${position}`,
  source,
  type: 'Something',
  version: 1,
  stream: 's',
  revision: Number(position),
  position,
  previous: 0n,
  occurredAt: '2018-01-01T00:00:00.000Z',
  recordedAt: `2018-01-01T00:00:${String(second).padStart(2, '0')}.000Z`,
  data: {},
});
const part = (source: ServiceName, seconds: readonly number[], more = false): LogPart => {
  const messages = seconds.map((second, index) => message(source, BigInt(index + 1), second));
  return { source, after: 0n, upTo: BigInt(seconds.length + 7), messages, more };
};
const shown = (merged: ReturnType<typeof mergeLogs>): string[] => merged.messages.map(({ id }) => id);

describe('merging logs', () => {
  it('goes by the time of recording, each log in its own order', () => {
    const merged = mergeLogs([part('contract', [1, 4]), part('billing', [2, 3])], 10);
    expect(shown(merged)).toEqual(['contract-1', 'billing-1', 'billing-2', 'contract-2']);
    expect(merged.more).toBe(false);
    expect(Object.fromEntries(merged.place)).toEqual({ contract: 9n, billing: 9n });
  });
  it('stops at the limit and goes on from there', () => {
    const merged = mergeLogs([part('contract', [1, 4]), part('billing', [2, 3])], 2);
    expect(shown(merged)).toEqual(['contract-1', 'billing-1']);
    expect(merged.more).toBe(true);
    expect(Object.fromEntries(merged.place)).toEqual({ contract: 1n, billing: 1n });
  });
  it('waits for a log of which more may come before the rest', () => {
    const merged = mergeLogs([part('contract', [1], true), part('billing', [2, 3])], 10);
    expect(shown(merged)).toEqual(['contract-1']);
    expect(Object.fromEntries(merged.place)).toEqual({ contract: 8n, billing: 0n });
    expect(merged.more).toBe(true);
  });
  it('moves on over a stretch in which nothing matched', () => {
    const merged = mergeLogs([part('contract', [], true), part('billing', [2])], 10);
    expect(shown(merged)).toEqual([]);
    expect(merged.place.get('contract')).toBe(7n);
    expect(merged.more).toBe(true);
  });
});
