/** Nothing where it says that it cannot tell now: some figures are of its neighbours. */
async function metricsOf(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/metrics`);
  const text = await answer.text();
  if (answer.status === 503) return [];
  if (!answer.ok) throw new Error(`${url}/metrics answered ${answer.status}`);
  return text.split('\n');
}

const valueOf = (line: string): number => Number(line.split(' ').at(-1));

/**
 * How many requests a service's process has answered since it was started, by its own metrics.
 * @param route a part of the route, such as `authentications`
 */
export async function answeredBy(url: string, method: string, route: string): Promise<number> {
  const lines = (await metricsOf(url)).filter(
    (line) =>
      line.startsWith('smartkey_http_request_duration_seconds_count{') &&
      line.includes(`method="${method}"`) &&
      new RegExp(`route="[^"]*${route}`).test(line),
  );
  return lines.reduce((sum, line) => sum + valueOf(line), 0);
}

/**
 * The instant that a service has promised, as one of its processes sees it, in epoch milliseconds: for systems whose clock is the
 * machine's. `undefined` where it has promised nothing yet, or the process cannot tell now.
 */
export async function watermarkOf(url: string): Promise<number | undefined> {
  const line = (await metricsOf(url)).find((each) => each.startsWith('smartkey_watermark_age_seconds'));
  return line === undefined ? undefined : Date.now() - 1_000 * valueOf(line);
}
