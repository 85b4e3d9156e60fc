import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Logger } from 'pino';
import type { PublicUrl } from '../settings/public-url.ts';

/** ES256, EdDSA and RS256 (COSE): what platforms make. */
const ALGORITHMS = [-7, -8, -257];
const SERVICE_NAME = 'SmartKey';

/** Loaded for the first passkey: certificates and their encodings take 30 MB and a quarter of a second. */
const library = () => import('@simplewebauthn/server');

/** A credential as it is stored. */
export interface StoredCredential {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
}

/** WebAuthn (Level 3) at one relying party, which the public URL alone names. */
export class WebAuthn {
  constructor(
    private readonly publicUrl: PublicUrl,
    private readonly log: Pick<Logger, 'debug'>,
  ) {}

  /** What `navigator.credentials.create` is given. The user handle is the person's id: no name leaves by it. */
  async creationOptions(
    challenge: string,
    person: { readonly id: string; readonly name: string; readonly email: string },
    existing: readonly StoredCredential[],
  ): Promise<object> {
    return (await library()).generateRegistrationOptions({
      rpName: SERVICE_NAME,
      rpID: this.publicUrl.relyingParty,
      userID: new TextEncoder().encode(person.id),
      userName: person.email,
      userDisplayName: person.name,
      challenge: bytesOf(challenge),
      attestationType: 'none',
      excludeCredentials: existing.map(described),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /** What `navigator.credentials.get` is given. @param allowed none: whichever the browser finds. */
  async requestOptions(challenge: string, allowed: readonly StoredCredential[] = []): Promise<object> {
    return (await library()).generateAuthenticationOptions({
      rpID: this.publicUrl.relyingParty,
      challenge: bytesOf(challenge),
      userVerification: 'required',
      ...(allowed.length > 0 && { allowCredentials: allowed.map(described) }),
    });
  }

  /** @returns undefined where it does not answer this challenge, at this origin, with the user verified. */
  async created(challenge: string, response: object): Promise<StoredCredential | undefined> {
    const { verified, registrationInfo } = await this.#proven(({ verifyRegistrationResponse }) =>
      verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: challenge,
        ...this.#expected(),
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (verified !== true || registrationInfo === undefined) return undefined;
    const { id, publicKey, counter, transports } = registrationInfo.credential;
    return { credentialId: id, publicKey, counter, transports: transports ?? [] };
  }

  /** The counter that the authenticator told; undefined as above. */
  async answered(
    challenge: string,
    response: object,
    credential: StoredCredential,
  ): Promise<number | undefined> {
    const { verified, authenticationInfo } = await this.#proven(({ verifyAuthenticationResponse }) =>
      verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        ...this.#expected(),
        requireUserVerification: true,
        credential: {
          id: credential.credentialId,
          publicKey: new Uint8Array(credential.publicKey),
          counter: credential.counter,
        },
      }),
    );
    return verified === true ? authenticationInfo?.newCounter : undefined;
  }

  /**
   * The library throws at whatever is not as it must be, and every byte of it comes from outside: the answer is refused, and
   * the reason goes to the log at debug level alone.
   */
  async #proven<T extends { readonly verified: boolean }>(
    verify: (by: Awaited<ReturnType<typeof library>>) => Promise<T>,
  ): Promise<Partial<T>> {
    const by = await library();
    try {
      return await verify(by);
    } catch (error) {
      this.log.debug({ err: error }, 'what a browser answered proves nothing');
      return {};
    }
  }

  #expected(): { readonly expectedOrigin: string; readonly expectedRPID: string } {
    return { expectedOrigin: this.publicUrl.origin, expectedRPID: this.publicUrl.relyingParty };
  }
}

const bytesOf = (challenge: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(challenge, 'base64url'));

const described = ({ credentialId, transports }: StoredCredential) => ({
  id: credentialId,
  transports: [...transports],
});
