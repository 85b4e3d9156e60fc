import { describe, expect, it } from '@jest/globals';
import type { SecretBox } from '@smartkey/secrets';
import { CredentialSecrets } from './credential-secrets.ts';

/** A box that cannot seal before its database is back. */
class Box implements SecretBox {
  away = true;
  async seal(plain: Uint8Array): Promise<string> {
    if (this.away) throw new Error('the database is not available');
    return Buffer.from(plain).toString('base64');
  }
  open(sealed: string): Promise<Uint8Array> {
    return Promise.resolve(Buffer.from(sealed, 'base64'));
  }
}

describe('the work for an account without a device', () => {
  it('is done again once the database is back', async () => {
    const box = new Box();
    const secrets = new CredentialSecrets(box);
    const pretend = () => secrets.pretend('123456', '2018-01-01T00:00:00.000Z');
    await expect(pretend()).rejects.toThrow('not available');
    await expect(pretend()).rejects.toThrow('not available');
    box.away = false;
    await expect(pretend()).resolves.toBeUndefined();
  });
});
