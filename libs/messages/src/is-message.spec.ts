import { describe, expect, it } from '@jest/globals';
import { isContractMessage, isDeviceRegistryMessage } from './is-message.ts';
import { TOPICS } from './topics.ts';

/** Some are on several topics: what every log says of itself. */
const all = [...new Set(Object.values(TOPICS).flatMap(({ messages }) => Object.keys(messages)))];
const known = (is: (message: { type: string; data: unknown }) => boolean): readonly string[] =>
  [...all, 'ContractOfNextYear', 'toString', 'constructor'].filter((type) => is({ type, data: {} }));

describe('a message', () => {
  it('is one of the service whose topic has its type, and none where no topic has', () => {
    expect(known(isContractMessage)).toEqual(all.filter((type) => type in TOPICS.contract.messages));
    expect(known(isDeviceRegistryMessage)).toEqual(
      all.filter((type) => type in TOPICS['device-registry'].messages),
    );
  });
});
