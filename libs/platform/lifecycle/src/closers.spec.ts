import { describe, expect, it } from '@jest/globals';
import { CloseError, Closers } from './closers.ts';

const forever = (): Promise<void> => new Promise(() => undefined);

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

  it('does not wait without end for a part that hangs, and closes what is left', async () => {
    const closed: string[] = [];
    const closers = new Closers();
    closers.add('lock', () => void closed.push('lock'));
    closers.add('pool', forever);
    closers.add('service', forever);
    const started = performance.now();
    await expect(closers.close(100)).rejects.toThrow(
      'service did not close: it took too long; pool did not close: it took too long',
    );
    expect(closed).toEqual(['lock']);
    expect(performance.now() - started).toBeLessThan(2_000);
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
