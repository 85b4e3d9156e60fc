import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CLOSE_MILLIS, CloseError, Closers, whileOpen } from './closers.ts';

const forever = (): Promise<void> => new Promise(() => undefined);

afterEach(() => void jest.useRealTimers());

describe('what was opened', () => {
  it('is closed in the opposite order, each part once however often it is asked for', async () => {
    const order: string[] = [];
    const closers = new Closers();
    for (const part of ['first', 'second', 'third'])
      closers.add(part, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push(part);
      });
    await Promise.all([closers.close(), closers.close()]);
    await closers.close();
    expect(order).toEqual(['third', 'second', 'first']);
  });

  it('is closed to the last where parts fail, and all failures are told afterwards', async () => {
    const closed: string[] = [];
    const closers = new Closers();
    closers.add('lock', () => void closed.push('lock'));
    closers.add('database', () => Promise.reject(new Error('the connection is gone')));
    closers.add('timers', () => {
      throw new Error('none runs');
    });
    closers.add('door', () => void closed.push('door'));
    const failure = await closers.close().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(closed).toEqual(['door', 'lock']);
    expect(failure).toBeInstanceOf(CloseError);
    expect((failure as CloseError).errors.map(({ message }: Error) => message)).toEqual([
      'timers did not close: none runs',
      'database did not close: the connection is gone',
    ]);
  });

  it('does not wait without end for a part that hangs, and closes what is left: all within 10 s', async () => {
    jest.useFakeTimers();
    const closed: string[] = [];
    const closers = new Closers();
    closers.add('lock', () => void closed.push('lock'));
    closers.add('pool', forever);
    closers.add('service', forever);
    const failure = closers.close().catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(CLOSE_MILLIS);
    expect(closed).toEqual(['lock']);
    await jest.advanceTimersByTimeAsync(10_000 - CLOSE_MILLIS);
    // Nothing is left that the fake clock would have to move on for.
    expect(jest.getTimerCount()).toBe(0);
    expect(await failure).toMatchObject({
      message: 'service did not close: it took too long; pool did not close: it took too long',
    });
  });

  it('is closed too where it was added while others were being closed', async () => {
    const closed: string[] = [];
    const closers = new Closers();
    closers.add('early', async () => {
      closers.add('late', () => void closed.push('late'));
      closed.push('early');
    });
    await closers.close();
    expect(closed).toEqual(['early', 'late']);
  });
});

describe('work that opens parts', () => {
  const opening = (order: string[]) => (closers: Closers) => {
    for (const part of ['database', 'logs']) closers.add(part, () => void order.push(part));
    return Promise.resolve('done');
  };

  it('has them closed at its end, the latest first', async () => {
    const order: string[] = [];
    expect(await whileOpen(opening(order))).toBe('done');
    expect(order).toEqual(['logs', 'database']);
  });

  it('has them closed where it fails, and fails with its own failure whatever becomes of them', async () => {
    const order: string[] = [];
    const failure = new Error('no such stream');
    const work = whileOpen(async (closers) => {
      await opening(order)(closers);
      closers.add('bus', () => Promise.reject(new Error('it is gone')));
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(failure).toMatchObject({ suppressed: new Error('bus did not close: it is gone') });
    expect(order).toEqual(['logs', 'database']);
  });

  it('fails where it went well and one of them did not close', async () => {
    const work = whileOpen((closers) => {
      closers.add('bus', () => Promise.reject(new Error('it is gone')));
      return Promise.resolve('done');
    });
    await expect(work).rejects.toThrow(CloseError);
  });
});
