import { writeSync } from 'node:fs';
import { isOneOf } from '@smartkey/lifecycle';

/**
 * Sees to it that whatever ends this program stops its parts first: Kafka and PostgreSQL are in groups of their own and would be left
 * behind. A terminal that is closed counts as SIGTERM; after a fault the parts are stopped and the exit code is 1.
 */
export function stopWhateverEndsIt(stopParts: () => Promise<void>): void {
  process.once('SIGHUP', () => void process.emit('SIGTERM'));
  let failed = false;
  process.on('uncaughtException', (error) => {
    tell(error);
    if (failed) return;
    failed = true;
    stopParts()
      .catch(tell)
      .finally(() => process.exit(1));
  });
}

function tell(error: Error): void {
  try {
    writeSync(2, `${error.stack ?? error.message}\n`);
  } catch (unheard) {
    // The reader of the output is gone. That may be the fault that is told here.
    if (!isOneOf(unheard, ['EPIPE', 'EIO', 'EBADF'])) throw unheard;
  }
}
