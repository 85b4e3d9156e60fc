import { hasTable, type Database } from '@smartkey/database';
import { FollowedLosses } from '@smartkey/event-store';

/** So many are shown. */
const MOST = 200;

/** Says what accepted losses have left for a person in a service. */
export async function printFindings(database: Database, print: (line: string) => void): Promise<void> {
  if (!(await hasTable(database, 'loss_findings'))) return;
  const findings = await new FollowedLosses(database).findings(MOST);
  if (findings.length > 0) print(`  left by accepted losses, for a person${findings.length === MOST ? `, the first ${MOST}` : ''}:`);
  for (const { source, number, kind, subject, contract, detail } of findings)
    print(`    ${source}/${number} ${kind} ${subject}${contract === undefined ? '' : ` (${contract})`}: ${detail}`);
}
