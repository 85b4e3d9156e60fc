import { describe, expect, it } from '@jest/globals';
import { parseArgs } from 'node:util';
import { CloseError, PartNotClosedError } from './closers.ts';
import { describeFailure, OperatorError, TransientError, UnavailableError } from './errors.ts';

class PortTakenError extends OperatorError {
  override readonly name = 'PortTakenError';
}
class StoreAwayError extends UnavailableError {
  override readonly name = 'StoreAwayError';
}

/** What a function throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it threw nothing');
}

describe('an error that ends a program', () => {
  it.each([
    [new PortTakenError('PORT: 80 is taken'), 'PORT: 80 is taken'],
    [new StoreAwayError('the log does not answer'), 'the log does not answer'],
    [
      new CloseError([new PartNotClosedError('the bus', 'it took too long')]),
      'the bus did not close: it took too long',
    ],
    [
      thrownBy(() => parseArgs({ args: ['--no-such'] })),
      expect.stringContaining("Unknown option '--no-such'"),
    ],
    ['a word', 'a word'],
  ])('that people can put right is told in its sentence: %s', (error, told) => {
    expect(describeFailure(error)).toEqual(told);
    expect(describeFailure(error)).not.toContain('errors.spec');
  });

  it.each([new Error('a fault'), new TransientError('overtaken')])(
    'of any other class is told with all that is known of it: %s',
    (error) => expect(describeFailure(error)).toContain('errors.spec'),
  );

  it('is told apart by its class: the name of one says nothing', () => {
    expect(describeFailure(Object.assign(new Error('a fault'), { name: 'ConfigurationError' }))).toContain(
      'errors.spec',
    );
  });
});
