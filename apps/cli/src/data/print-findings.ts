import { hasTable, type Database } from '@smartkey/database';
import { FINDINGS_SHOWN, FollowedLosses } from '@smartkey/event-store';

/** Says what accepted losses have left for a person in a service. */
export async function printFindings(database: Database, print: (line: string) => void): Promise<void> {
  if (!(await hasTable(database, 'loss_findings'))) return;
  const findings = await new FollowedLosses(database).findings();
  const more = findings.length > FINDINGS_SHOWN;
  if (findings.length > 0) print(`  left by accepted losses, for a person${more ? `, the first ${FINDINGS_SHOWN}` : ''}:`);
  for (const { source, number, kind, subject, contract, detail } of findings.slice(0, FINDINGS_SHOWN))
    print(`    ${source}/${number} ${kind} ${subject}${contract === undefined ? '' : ` (${contract})`}: ${detail}`);
}
