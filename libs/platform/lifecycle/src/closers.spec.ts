import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CLOSE_MILLIS, CloseError, Closers } from './closers.ts';

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
