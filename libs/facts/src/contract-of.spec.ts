import { describe, expect, it } from '@jest/globals';
import { contractOf, UnusableMessageError } from './contract-of.ts';

describe('the contract of a message', () => {
  const message = { type: 'IdRegistered', stream: 'account-rid_1', revision: 3 };

  it('is the one that it names', () => {
    expect(contractOf({ ...message, contract: 'ctr_1' })).toBe('ctr_1');
  });

  it('must be there: the message is named that lacks it', () => {
    expect(() => contractOf(message)).toThrow(UnusableMessageError);
    expect(() => contractOf(message)).toThrow(
      'IdRegistered of account-rid_1 at revision 3: names no contract',
    );
  });
});
