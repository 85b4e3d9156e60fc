import type { ServiceName } from '@smartkey/event-bus';

/** What a service says of its log. */
export interface Said {
  /** `smartkey_log_went_back`; undefined where it is not told just then. */
  readonly metric: number | undefined;
  /** The status of `/health/ready`, and what it says. */
  readonly ready: number;
  readonly health: string;
}

/** The metric of a service, and the part of its health. @param url where it answers for itself. */
export async function saidOfLog(url: string, service: ServiceName): Promise<Said> {
  const [metrics, health] = await Promise.all(['/metrics', '/health/ready'].map((path) => fetch(url + path)));
  const line = new RegExp(`^smartkey_log_went_back\\{.*service="${service}".*\\} (\\d)$`, 'm');
  const found = line.exec(await metrics!.text())?.[1];
  return {
    metric: found === undefined ? undefined : Number(found),
    ready: health!.status,
    health: JSON.stringify(await health!.json()),
  };
}
