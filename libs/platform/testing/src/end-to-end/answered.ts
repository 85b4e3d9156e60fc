/**
 * How many requests a service's process has answered since it was started, by its own metrics.
 * @param route a part of the route, such as `authentications`
 */
export async function answeredBy(url: string, method: string, route: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  let count = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith('smartkey_http_request_duration_seconds_count{')) continue;
    if (!line.includes(`method="${method}"`)) continue;
    if (new RegExp(`route="[^"]*${route}[^"]*"`).test(line)) count += Number(line.split(' ').at(-1));
  }
  return count;
}
