import { describe, expect, it, jest } from '@jest/globals';
import { UnavailableError } from '@smartkey/lifecycle';
import {
  WrongExpectedRevisionError,
  type AppendResult,
  type EventStore,
  type StreamAppend,
} from '../event-store.port.ts';
import { SharedTrips } from './shared-trips.ts';

const appendTo = (stream: string): StreamAppend => ({ stream, expected: 'any', events: [] });
const RESULT: AppendResult = { revision: 0, position: 1n, events: [], repeated: false };

/** A log that answers a turn later, as one behind a network does. */
function storeThat(appendMany: (appends: readonly StreamAppend[]) => readonly (AppendResult | Error)[]) {
  const later = () => new Promise((resolve) => setImmediate(resolve));
  const store = {
    readStream: jest.fn(async () => (await later(), [])),
    readStreams: jest.fn(async (streams: readonly string[]) => (await later(), streams.map(() => []))),
    append: jest.fn(async (append: StreamAppend) => {
      await later();
      if (append.stream === 'bad') throw new TypeError('no JSON');
      return RESULT;
    }),
    appendMany: jest.fn(async (appends: readonly StreamAppend[]) => (await later(), appendMany(appends))),
  };
  return { store, trips: new SharedTrips(store as unknown as EventStore) };
}
const fine = (appends: readonly StreamAppend[]) => appends.map(() => RESULT);

describe('commands under way at the same time', () => {
  it('a lone one goes by itself', async () => {
    const { store, trips } = storeThat(fine);
    await trips.readStream('a');
    await trips.append(appendTo('a'));
    expect([store.readStream.mock.calls.length, store.append.mock.calls.length]).toEqual([1, 1]);
    expect(store.readStreams).not.toHaveBeenCalled();
    expect(store.appendMany).not.toHaveBeenCalled();
  });

  it('those that wait share a round trip', async () => {
    const { store, trips } = storeThat(fine);
    const names = Array.from({ length: 32 }, (_, n) => `s${n}`);
    await Promise.all(names.map((name) => trips.readStream(name)));
    await Promise.all(names.map((name) => trips.append(appendTo(name))));
    expect(
      [store.readStream, store.readStreams, store.append, store.appendMany].map(
        (each) => each.mock.calls.length,
      ),
    ).toEqual([0, 1, 0, 1]);
  });

  it('two to one stream go one after the other', async () => {
    const { store, trips } = storeThat(fine);
    await Promise.all(['x', 'a', 'a', 'b'].map((name) => trips.append(appendTo(name))));
    expect(store.appendMany.mock.calls.map(([appends]) => appends.map(({ stream }) => stream))).toEqual([
      ['x', 'a', 'b'],
    ]);
    expect(store.append.mock.calls.map(([{ stream }]) => stream)).toEqual(['a']);
  });

  it('what refuses one is no matter of the others', async () => {
    const { trips } = storeThat((appends) =>
      appends.map(({ stream }) =>
        stream === 'moved' ? new WrongExpectedRevisionError(stream, 0, 1) : RESULT,
      ),
    );
    const ends = await Promise.allSettled(
      ['x', 'a', 'moved', 'b'].map((name) => trips.append(appendTo(name))),
    );
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(ends[2]).toMatchObject({ reason: expect.any(WrongExpectedRevisionError) });
  });

  it('one that no log can take fails alone', async () => {
    const { trips } = storeThat(() => {
      throw new TypeError('no JSON');
    });
    const ends = await Promise.allSettled(['x', 'a', 'bad', 'b'].map((name) => trips.append(appendTo(name))));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(ends[2]).toMatchObject({ reason: expect.any(TypeError) });
  });

  it('a log that is away is away for all of them, and is not asked for each', async () => {
    const { store, trips } = storeThat(() => {
      throw new UnavailableError('away');
    });
    const ends = await Promise.allSettled(['x', 'a', 'b'].map((name) => trips.append(appendTo(name))));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(store.appendMany).toHaveBeenCalledTimes(1);
    expect(store.append).not.toHaveBeenCalled();
  });
});
