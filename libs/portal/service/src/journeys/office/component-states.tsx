import { Panel } from '../../components/table.tsx';
import type { Signed } from '../../visit/visit.ts';
import { HoursChart } from '../billing/hours-picture.tsx';
import { Sessions } from '../people/sessions.tsx';
import { Notices, SetAside } from './todo-panels.tsx';

const MOST = 999_999_999;

/** Parts that several screens have, in each of their states: nothing, one, the longest, what cannot be told. */
export function SharedParts({ visit, longest }: { readonly visit: Signed; readonly longest: string }) {
  const { now, today } = visit;
  const byHour = Object.fromEntries(Array.from({ length: 24 }, (_, hour) => [hour, (hour * 7919) % 1000]));
  const session = {
    id: 'ses_1',
    method: 'passkey',
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now,
    agent: 'Samsung Internet, Android',
    current: true,
  } as const;
  const endAt = ({ id }: { readonly id: string }): string => `/portal/account/sessions/${id}/end`;
  const aside = {
    kind: 'stream',
    service: 'billing',
    reader: 'usage-ledger',
    place: `device-registry account-${'x'.repeat(80)}#3`,
    waiting: MOST,
    since: now,
  } as const;
  const names = new Map<string, string>();
  return (
    <>
      <Panel title="時間ごとの認証成功：ある日、ない日、保存期間の前の日">
        <HoursChart day={today} successes={{ day: today, byHour }} />
        <HoursChart day={today} successes={{ day: today, byHour: {} }} />
        <HoursChart day={today} successes={{ day: today, byHour: null }} />
      </Panel>
      <Panel title="ログイン中の端末：0台、2台">
        <Sessions rows={[]} endAt={endAt} />
        <Sessions rows={[session, { ...session, id: 'ses_2', agent: null, current: false }]} endAt={endAt} />
      </Panel>
      <Panel title="読み取れない記録：0件、1件">
        <SetAside rows={[]} names={names} />
        <SetAside rows={[aside]} names={names} />
      </Panel>
      <Notices asked={longest} found={{ items: [], nextCursor: 'next' }} />
    </>
  );
}
