import { randomUUID } from 'node:crypto';
import { BARE_HTTP, withBareHttp } from './bare-http.ts';
import { type Figure, type Measured, quantilesOf, rateOf } from './measure.ts';
import { sendAll } from './paced.ts';
import { post, sendCode, SigningIn } from './signing-in.ts';

/** Of many callers, and of very many. */
const CONNECTIONS = [32, 128] as const;
/** Of one program that registers what its users ask for. */
const FEW = 8;

/** The whole system through its gateway: verifications by many people at once, and registrations of many IDs one by one. */
export const systemBench = (scale: {
  readonly people: number;
  readonly rounds: number;
}): Promise<readonly Measured[]> =>
  SigningIn.with(scale.people, async (world) => {
    const total = scale.people * scale.rounds;
    const rates = new Map<number, number>();
    for (const connections of CONNECTIONS) rates.set(connections, await verifying(world, scale, connections));
    const registered = await rateOf(total, () => registering(world, total, 32));
    const few = await registering(world, Math.ceil(total / 4), FEW);
    const bare = await withBareHttp(async (url) => {
      const limits = new Map<number, number>();
      for (const connections of CONNECTIONS)
        limits.set(
          connections,
          await rateOf(total, () => sendAll(bodies(total), connections, (body) => sendCode(url, body))),
        );
      return { limits, few: await sendAll(bodies(Math.ceil(total / 4)), FEW, (body) => sendCode(url, body)) };
    });
    const codes = CONNECTIONS.map((connections): Figure => ({
      name: `verification through HTTP, ${connections} connections`,
      unit: 'codes',
      rate: rates.get(connections)!,
      limit: bare.limits.get(connections)!,
      limitIs: BARE_HTTP,
    }));
    const ids: Figure = {
      name: 'registration through HTTP, 32 connections',
      unit: 'IDs',
      rate: registered,
      limit: bare.limits.get(32)!,
      limitIs: BARE_HTTP,
    };
    const wait = `registration through HTTP, ${FEW} connections`;
    return [...codes, ids, quantilesOf(wait, few, bare.few, BARE_HTTP)];
  });

async function verifying(
  world: SigningIn,
  { people, rounds }: { readonly people: number; readonly rounds: number },
  connections: number,
): Promise<number> {
  let seconds = 0;
  for (let round = 0; round < rounds; round += 1) {
    const codes = await world.codes();
    const send = (body: string): Promise<void> => sendCode(`${world.url}/v1/authentications`, body);
    seconds += people / (await rateOf(people, () => sendAll(codes, connections, send)));
  }
  return (people * rounds) / seconds;
}

/** Each under an Idempotency-Key of its own, as a program does that repeats what was cut off. */
function registering(world: SigningIn, total: number, connections: number): Promise<readonly number[]> {
  const url = `${world.url}/v1/contracts/${world.contract}/ids`;
  return sendAll(bodies(total), connections, () =>
    post(url, JSON.stringify({ externalId: randomUUID() }), { 'idempotency-key': randomUUID() }),
  );
}

const bodies = (total: number): readonly string[] =>
  Array.from({ length: total }, (_, n) =>
    JSON.stringify({ contract: 'ctr', externalId: `person-${n}`, code: '123456' }),
  );
