import type { ContractId } from '@smartkey/kernel';
import { OPERATOR_KEY, type Call, type TestGateway } from './gateway.fixture.ts';

/** Somebody who is signed in. */
export interface SignedInPerson {
  readonly person: string;
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
