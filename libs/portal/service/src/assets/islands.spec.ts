import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';

const SCRIPT = readFileSync(join(import.meta.dirname, 'islands.js'), 'utf8');

/** Bytes whose Base64 has every sign that Base64url writes otherwise, and padding. */
const BYTES = Buffer.from([0xfb, 0xef, 0xbe, 0xff, 0x00]);
const TEXT = BYTES.toString('base64url');
const buffer = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;

interface Asked {
  readonly kind?: string;
  readonly options?: object;
  readonly credential?: object;
  readonly status?: number;
}

/** A page with one form for a passkey, in a browser that has no more than the script uses. */
async function submitted({ kind = 'get', options = {}, credential, status = 200 }: Asked) {
  const asked: { publicKey?: Record<string, unknown>; url?: string; body?: string } = {};
  const listeners = new Map<string, (event: { preventDefault: () => void }) => void>();
  const failed = { hidden: true, focused: false, focus: () => void (failed.focused = true) };
  const without = { hidden: false };
  const form = {
    dataset: { passkey: kind, options: '/portal/options' },
    elements: { response: { value: '' }, challenge: { value: '' }, _csrf: { value: 'token' } },
    sent: false,
    querySelector: (selector: string) => (selector === '[data-failed]' ? failed : without),
    addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
    submit: () => void (form.sent = true),
  };
  const ask = ({ publicKey }: { publicKey: Record<string, unknown> }) => {
    asked.publicKey = publicKey;
    return credential === undefined ? Promise.reject(new Error('nobody')) : Promise.resolve(credential);
  };
  const context = createContext({
    document: {
      querySelectorAll: (selector: string) => (selector === 'form[data-passkey]' ? [form] : []),
      getElementById: () => null,
      querySelector: () => null,
    },
    window: { addEventListener: () => undefined },
    navigator: { credentials: { get: ask, create: ask } },
    fetch: (url: string, { body }: { body: URLSearchParams }) => {
      asked.url = url;
      asked.body = body.toString();
      return Promise.resolve({
        ok: status === 200,
        status,
        json: () => Promise.resolve({ challenge: 'chl_1', options: { challenge: TEXT, ...options } }),
      });
    },
    URLSearchParams,
    Uint8Array,
    atob,
    btoa,
  });
  runInContext(SCRIPT, context);
  let prevented = false;
  listeners.get('submit')!({ preventDefault: () => void (prevented = true) });
  // Each step of the script is a turn of the queue of promises.
  await new Promise((resolve) => setImmediate(resolve));
  return { form, failed, without, asked, prevented };
}

const response = { clientDataJSON: buffer(BYTES) };
const common = { id: TEXT, rawId: buffer(BYTES), type: 'public-key', getClientExtensionResults: () => ({}) };

describe('the script for passkeys', () => {
  it('asks with bytes, and sends an assertion as Base64url', async () => {
    const { form, asked, prevented, without } = await submitted({
      options: { allowCredentials: [{ id: TEXT, type: 'public-key' }], userVerification: 'required' },
      credential: {
        ...common,
        response: {
          ...response,
          authenticatorData: buffer(BYTES),
          signature: buffer(BYTES),
          userHandle: buffer(BYTES),
        },
      },
    });
    expect([prevented, without.hidden]).toEqual([true, true]);
    expect([asked.url, asked.body]).toEqual(['/portal/options', '_csrf=token']);
    expect(asked.publicKey).toMatchObject({ userVerification: 'required' });
    expect(Buffer.from(asked.publicKey!['challenge'] as Uint8Array)).toEqual(BYTES);
    const [allowed] = asked.publicKey!['allowCredentials'] as { id: Uint8Array; type: string }[];
    expect([Buffer.from(allowed!.id), allowed!.type]).toEqual([BYTES, 'public-key']);
    expect(form.sent).toBe(true);
    expect(form.elements.challenge.value).toBe('chl_1');
    expect(JSON.parse(form.elements.response.value)).toEqual({
      id: TEXT,
      rawId: TEXT,
      type: 'public-key',
      response: { clientDataJSON: TEXT, authenticatorData: TEXT, signature: TEXT, userHandle: TEXT },
      clientExtensionResults: {},
    });
  });

  it('leaves out a user handle that the authenticator has not', async () => {
    const { form } = await submitted({
      credential: {
        ...common,
        response: {
          ...response,
          authenticatorData: buffer(BYTES),
          signature: buffer(BYTES),
          userHandle: null,
        },
      },
    });
    expect(JSON.parse(form.elements.response.value).response).not.toHaveProperty('userHandle');
  });

  it('makes a passkey for the person, of no authenticator that has one, and sends how it is reached', async () => {
    const { form, asked } = await submitted({
      kind: 'create',
      options: { user: { id: TEXT, name: 'n' }, excludeCredentials: [{ id: TEXT, type: 'public-key' }] },
      credential: {
        ...common,
        response: { ...response, attestationObject: buffer(BYTES), getTransports: () => ['internal'] },
      },
    });
    const { user, excludeCredentials } = asked.publicKey as {
      user: { id: Uint8Array; name: string };
      excludeCredentials: { id: Uint8Array }[];
    };
    expect([Buffer.from(user.id), user.name]).toEqual([BYTES, 'n']);
    expect(Buffer.from(excludeCredentials[0]!.id)).toEqual(BYTES);
    expect(JSON.parse(form.elements.response.value).response).toEqual({
      clientDataJSON: TEXT,
      attestationObject: TEXT,
      transports: ['internal'],
    });
  });

  it.each([
    ['the person turns away', {}],
    ['the page is too old', { status: 403 }],
  ])('says so where %s, and sends nothing', async (_what, asked) => {
    const { form, failed } = await submitted(asked);
    expect([failed.hidden, failed.focused, form.sent]).toEqual([false, true, false]);
  });
});

it('all scripts together stay small', () => expect(Buffer.byteLength(SCRIPT)).toBeLessThan(10_000));
