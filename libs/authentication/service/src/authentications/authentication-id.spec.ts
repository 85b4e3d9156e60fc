import { describe, expect, it } from '@jest/globals';
import { authenticationIdOf } from './authentication-id.ts';

const now = '2018-01-31T14:59:59.999Z';

describe('the id of an authentication', () => {
  it('follows from device and step', () => {
    const id = authenticationIdOf(now, 'dev_1', 11);
    expect(id).toMatch(/^aut_/);
    expect(authenticationIdOf(now, 'dev_1', 11)).toBe(id);
    expect(authenticationIdOf(now, 'dev_1', 12)).not.toBe(id);
    expect(authenticationIdOf(now, 'dev_2', 11)).not.toBe(id);
  });
});
