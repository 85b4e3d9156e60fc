import { describe, expect, it } from '@jest/globals';
import { isContractMessage, isDeviceRegistryMessage } from './is-message.ts';
import { TOPICS } from './topics.ts';

const all = Object.values(TOPICS).flatMap(({ messages }) => Object.keys(messages));
const known = (is: (message: { type: string; data: unknown }) => boolean): readonly string[] =>
  [...all, 'ContractOfNextYear', 'toString', 'constructor'].filter((type) => is({ type, data: {} }));

describe('a message', () => {
  it('is one of the service whose topic has its type, and none where no topic has', () => {
    expect(known(isContractMessage)).toEqual(Object.keys(TOPICS.contract.messages));
    expect(known(isDeviceRegistryMessage)).toEqual(Object.keys(TOPICS['device-registry'].messages));
  });
});
