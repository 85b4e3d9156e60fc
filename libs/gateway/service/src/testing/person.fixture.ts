import type { ContractId, PersonId } from '@smartkey/kernel';
import { OPERATOR_KEY, type Call, type TestGateway } from './gateway.fixture.ts';
import { SoftAuthenticator } from './soft-authenticator.fixture.ts';

/** Somebody who is signed in. */
export interface SignedInPerson {
  readonly person: PersonId;
  readonly token: string;
  readonly session: string;
}

const HOUR = 3_600_000;

/** Takes the system's clock to where no sign-in of this address was counted. */
export const laterOn = (test: TestGateway): void => void (test.ahead += HOUR / 10);

const introduce = async (test: TestGateway, key: string, name: string): Promise<SignedInPerson> => {
  const begun = (await test.call('POST', '/v1/sign-in/key', { key }, { key: null })).body;
  if (begun.person !== null) return { person: begun.person, token: begun.token, session: begun.id };
  const form = { name, email: `${Buffer.from(name).toString('hex')}@example.co.jp` };
  const { body } = await test.call('POST', '/v1/me', form, { key: begun.token });
  return { person: body.person, token: body.token, session: body.id };
};

/** The first operator, by the operator key. */
export const signInOperator = (test: TestGateway): Promise<SignedInPerson> =>
  introduce(test, OPERATOR_KEY, '運用太郎');

/** The first administrator of a contract, by a key of it. */
export const signInAdministrator = async (test: TestGateway, contract: ContractId): Promise<SignedInPerson> =>
  introduce(test, (await test.keyOf(contract, 'contractor')).key, '管理花子');

export const tokenOf = (invited: Call): string =>
  new URL(invited.body.invitation.url as string).searchParams.get('token')!;

/** Redeems an invitation. */
export async function accept(test: TestGateway, invited: Call): Promise<SignedInPerson> {
  const call = await test.call('POST', '/v1/sign-in/invitation', { token: tokenOf(invited) }, { key: null });
  return { person: call.body.person, token: call.body.token, session: call.body.id };
}

/** Where browsers find a gateway. */
export const originOf = (test: TestGateway): string => `http://localhost:${new URL(test.gateway.url).port}`;

/** Adds a passkey. @returns the authenticator that has it, and the person under the session's new secret. */
export async function addPasskey(
  test: TestGateway,
  person: SignedInPerson,
  origin = originOf(test),
): Promise<SignedInPerson & { readonly phone: SoftAuthenticator; readonly passkey: string }> {
  const phone = new SoftAuthenticator(origin);
  const begun = await test.call('POST', '/v1/me/passkeys', {}, { key: person.token });
  const response = phone.create(begun.body.options);
  const ended = { challenge: begun.body.challenge, response, name: '電話' };
  const { body } = await test.call('POST', '/v1/me/passkeys', ended, { key: person.token });
  return { ...person, token: body.session.token, phone, passkey: body.id };
}

/** Signs in with a passkey. */
export async function signInWith(test: TestGateway, phone: SoftAuthenticator): Promise<Call> {
  const begun = await test.call('POST', '/v1/sign-in/passkey', {}, { key: null });
  const response = phone.get(begun.body.options);
  return test.call(
    'POST',
    '/v1/sign-in/passkey',
    { challenge: begun.body.challenge, response },
    { key: null },
  );
}
