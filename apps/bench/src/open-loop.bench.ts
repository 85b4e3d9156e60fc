import { BARE_HTTP, withBareHttp } from './bare-http.ts';
import { quantile, quantilesOf, rateOf, type Latency } from './measure.ts';
import { sendAll, sendPaced } from './paced.ts';
import { sendCode, SigningIn } from './signing-in.ts';

const CONNECTIONS = 32;

/** How long a verification takes where codes arrive at half the rate that can be had at most, whether or not answers keep up. */
export const openLoopBench = (scale: {
  readonly people: number;
  readonly rounds: number;
}): Promise<readonly Latency[]> =>
  SigningIn.with(scale.people, async (world) => {
    const send = (body: string): Promise<void> => sendCode(`${world.url}/v1/authentications`, body);
    // The first round finds code that is not compiled yet.
    let most = 0;
    for (let round = 0; round < 2; round += 1) {
      const codes = await world.codes();
      most = await rateOf(codes.length, () => sendAll(codes, CONNECTIONS, send));
    }
    const millis: number[] = [];
    for (let round = 0; round < scale.rounds; round += 1)
      millis.push(...(await sendPaced(await world.codes(), most / 2, send)));
    const bare = await withBareHttp(async (url) =>
      sendPaced(await world.codes(), most / 2, (body) => sendCode(url, body)),
    );
    return [
      {
        ...quantilesOf(
          'verification at half of its highest rate',
          millis,
          bare,
          `${BARE_HTTP}, at the same ${Math.round(most / 2)}/s`,
        ),
        p999: quantile(millis, 0.999),
      },
    ];
  });
