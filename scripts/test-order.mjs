// In which order the suites begin. Jest goes by how long each took the last time; a fresh clone knows nothing of that, and by the size
// of the files the longest would begin last, with one processor at work until they end.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ofJest } from './of-jest.mjs';
import { root } from './packages.mjs';

const { default: Sequencer } = ofJest('@jest/core', '@jest/test-sequencer');

/** From about a minute on; the longest first. */
const LONGEST = [
  'apps/cli/src/run.int.spec.ts',
  'apps/e2e/src/chaos/chaos.e2e.spec.ts',
  'apps/e2e/src/distributed.e2e.spec.ts',
  'libs/platform/kafka/src/bus/kafka-transport.int.spec.ts',
  'apps/e2e/src/portal/ways.e2e.spec.ts',
  'apps/e2e/src/pauses.e2e.spec.ts',
  'apps/e2e/src/demo.e2e.spec.ts',
  'apps/e2e/src/proofs/put-back.e2e.spec.ts',
  'apps/e2e/src/two-persons.e2e.spec.ts',
  'apps/standalone/src/end-of-program.int.spec.ts',
  'apps/e2e/src/portal/portal.e2e.spec.ts',
  'apps/e2e/src/drill/drill.e2e.spec.ts',
  'apps/e2e/src/erasure.e2e.spec.ts',
  'apps/e2e/src/any-late-facts/any-late-facts.e2e.spec.ts',
  'apps/standalone/src/standalone.int.spec.ts',
  'apps/e2e/src/late-facts.e2e.spec.ts',
  'apps/e2e/src/portal/attacks.e2e.spec.ts',
  'libs/platform/event-store/src/eventstoredb/eventstoredb-event-store.int.spec.ts',
  'libs/billing/service/src/settings/settings.int.spec.ts',
  'apps/e2e/src/crash/crash.e2e.spec.ts',
  'libs/billing/service/src/close/close-recovery.int.spec.ts',
  'libs/platform/runtime/src/log/eventstoredb-logs.int.spec.ts',
  'apps/e2e/src/crash/delivery-crashes.e2e.spec.ts',
].map((name) => join(root, name));

const gone = LONGEST.filter((file) => !existsSync(file));
if (gone.length > 0) throw new Error(`scripts/test-order.mjs names what is not there: ${gone.join(', ')}`);

/** Whole systems or a database first; what needs neither fills the gaps at the end. */
const rankOf = ({ path }) => ['.e2e.spec.', '.int.spec.', '.spec.'].findIndex((kind) => path.includes(kind));

/** @public for Jest (jest.config.mjs). */
export default class LongFirst extends Sequencer {
  /**
   * The longest one after another, and others evenly between them: where all began at once, clusters of a dozen processes each would
   * keep one another from the processors.
   */
  sort(tests) {
    const sorted = super.sort(tests).sort((one, other) => rankOf(one) - rankOf(other));
    const longest = sorted
      .filter(({ path }) => LONGEST.includes(path))
      .sort((one, other) => LONGEST.indexOf(one.path) - LONGEST.indexOf(other.path));
    const others = sorted.filter(({ path }) => !LONGEST.includes(path));
    const heavy = others.filter((test) => rankOf(test) < 2).length;
    const between = Math.ceil(heavy / Math.max(1, longest.length));
    const order = longest.flatMap((test) => [test, ...others.splice(0, between)]);
    return [...order, ...others];
  }
}
