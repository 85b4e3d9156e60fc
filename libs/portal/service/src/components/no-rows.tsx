import type { VNode } from 'preact';

/** What a table says that has no rows: why, and where one goes on from there. */
export function NoRows({
  why,
  href,
  act,
}: {
  readonly why: string;
  /** Nothing where whoever looks may not go there. */
  readonly href: string | undefined;
  readonly act: string;
}): VNode {
  return (
    <p>
      {why} {href !== undefined && <a href={href}>{act}</a>}
    </p>
  );
}
