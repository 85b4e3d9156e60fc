import { describe, expect, it } from '@jest/globals';
import { isTraceparent, spanContextOf, traceparentOf } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('traceparent', () => {
  it('is read and written as it was', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    expect(spanContextOf(text)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
    expect(traceparentOf(spanContextOf(text)!)).toBe(text);
  });

  it('of a later version is read as ours, and only the flag for sampling counts', () => {
    expect(spanContextOf(`01-${TRACE}-${SPAN}-ff`)).toMatchObject({ traceId: TRACE, traceFlags: 1 });
    expect(spanContextOf(`00-${TRACE}-${SPAN}-fe`)).toMatchObject({ traceFlags: 0 });
  });

  it.each([
    ['nothing', ''],
    ['another text', 'hanako@example.jp'],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['something behind', `00-${TRACE}-${SPAN}-01-x`],
    ['a line behind', `00-${TRACE}-${SPAN}-01\n`],
  ])('%s is none', (_what, text) => expect(isTraceparent(text)).toBe(false));
});
