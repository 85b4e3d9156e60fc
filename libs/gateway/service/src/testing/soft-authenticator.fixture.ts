import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** The head of a CBOR item (RFC 8949, 3): major type and argument. */
function head(major: number, n: number): Buffer {
  if (n < 24) return Buffer.from([(major << 5) | n]);
  if (n < 256) return Buffer.from([(major << 5) | 24, n]);
  return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
}

type Item = number | string | Buffer | ReadonlyMap<number | string, Item>;

function cbor(item: Item): Buffer {
  if (typeof item === 'number') return item < 0 ? head(1, -1 - item) : head(0, item);
  if (typeof item === 'string') return Buffer.concat([head(3, Buffer.byteLength(item)), Buffer.from(item)]);
  if (Buffer.isBuffer(item)) return Buffer.concat([head(2, item.length), item]);
  return Buffer.concat([
    head(5, item.size),
    ...[...item].flatMap(([key, value]) => [cbor(key), cbor(value)]),
  ]);
}

/** A P-256 key as COSE has it (RFC 9053, 7.1). */
function coseKey(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: 'jwk' });
  return cbor(
    new Map<number, Item>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x!, 'base64url')],
      [-3, Buffer.from(y!, 'base64url')],
    ]),
  );
}

interface Credential {
  readonly id: Buffer;
  readonly rpId: string;
  readonly userHandle: string;
  readonly privateKey: KeyObject;
  counter: number;
}

/** How a browser answers that is not as it should be. */
export interface Faults {
  readonly origin?: string;
  readonly challenge?: string;
  readonly unverified?: boolean;
  /** The counter stands still, as that of a copy does. */
  readonly counterStays?: boolean;
  readonly wrongSignature?: boolean;
}

interface CreationOptions {
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
  readonly challenge: string;
}

interface RequestOptions {
  readonly rpId: string;
  readonly challenge: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** An authenticator and the browser before it, in software (WebAuthn Level 3, 6): ES256, no attestation. */
export class SoftAuthenticator {
  readonly credentials: Credential[] = [];

  /** @param origin of the page that the browser shows. */
  constructor(public origin: string) {}

  create(options: CreationOptions, faults: Faults = {}): object {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const credential = {
      id: randomBytes(32),
      rpId: options.rp.id,
      userHandle: options.user.id,
      privateKey,
      counter: 1,
    };
    this.credentials.push(credential);
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, credential.id.length]),
      credential.id,
      coseKey(publicKey),
    ]);
    const authData = Buffer.concat([this.#authData(credential, 0x40, faults), attested]);
    const attestationObject = cbor(
      new Map<string, Item>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    return this.#answer(credential, {
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, faults).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  get(options: RequestOptions, faults: Faults = {}): object {
    const allowed = options.allowCredentials?.map(({ id }) => id);
    const credential = this.credentials.find(
      ({ id, rpId }) => rpId === options.rpId && (allowed?.includes(id.toString('base64url')) ?? true),
    );
    if (credential === undefined) throw new Error('this authenticator has no such credential');
    if (faults.counterStays !== true) credential.counter += 1;
    const authData = this.#authData(credential, 0, faults);
    const clientData = this.#clientData('webauthn.get', options.challenge, faults);
    const signed =
      faults.wrongSignature === true ? randomBytes(64) : Buffer.concat([authData, sha256(clientData)]);
    return this.#answer(credential, {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: createSign('sha256').update(signed).sign(credential.privateKey).toString('base64url'),
      userHandle: credential.userHandle,
    });
  }

  #authData({ rpId, counter }: Credential, flags: number, { unverified = false }: Faults): Buffer {
    const bytes = Buffer.alloc(37);
    sha256(rpId).copy(bytes);
    bytes[32] = 0x01 | (unverified ? 0 : 0x04) | flags;
    bytes.writeUInt32BE(counter, 33);
    return bytes;
  }

  #clientData(type: string, challenge: string, faults: Faults): Buffer {
    const origin = faults.origin ?? this.origin;
    return Buffer.from(
      JSON.stringify({ type, challenge: faults.challenge ?? challenge, origin, crossOrigin: false }),
    );
  }

  #answer({ id }: Credential, response: object): object {
    const text = id.toString('base64url');
    return { id: text, rawId: text, type: 'public-key', clientExtensionResults: {}, response };
  }
}
