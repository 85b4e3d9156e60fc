import { describe, expect, it } from '@jest/globals';
import { actorHeader, parseActorHeader, type Caller } from './internal-headers.ts';

const header = (caller: object): string => actorHeader(caller as Caller);

describe('the header that says who acts', () => {
  it('brings back who was written into it', () => {
    const caller: Caller = {
      role: 'contractor',
      key: 'ses_1',
      contract: 'ctr_1',
      person: { id: 'per_1', revision: 3 },
      rights: ['read'],
    };
    expect(parseActorHeader(actorHeader(caller))).toEqual(caller);
  });

  it.each([
    ['no JSON', 'x'],
    ['no role', header({ key: 'key_1' })],
    ['no key', header({ role: 'operator' })],
    ['a tenant that is none', header({ role: 'contractor', key: 'key_1', contract: 'rid_1' })],
    ['a tenant that is a list', header({ role: 'contractor', key: 'key_1', contract: ['ctr_1'] })],
    ['a tenant that is null', header({ role: 'contractor', key: 'key_1', contract: null })],
    [
      'a person that is none',
      header({ role: 'contractor', key: 'ses_1', person: { id: 'key_1', revision: 0 } }),
    ],
    ['a person that is null', header({ role: 'contractor', key: 'ses_1', person: null })],
  ])('takes nobody from %s', (_what, text) => {
    expect(parseActorHeader(text)).toBeUndefined();
  });
});
