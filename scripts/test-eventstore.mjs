// Runs the event store's contract suite on EventStoreDB: on the server that EVENTSTORE_URL names, else on the fake.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './packages.mjs';

const suite = 'libs/platform/event-store/src/eventstoredb/eventstoredb-event-store.int.spec.ts';
process.stdout.write(
  process.env.EVENTSTORE_URL
    ? 'On the server that EVENTSTORE_URL names; its streams of this run begin with test-.\n'
    : `On the fake EventStoreDB, for EVENTSTORE_URL is not set. On a real server (22.6 or later):

  docker run --rm -p 2113:2113 eventstore/eventstore:24.10.5 --insecure --mem-db
  EVENTSTORE_URL='esdb://127.0.0.1:2113?tls=false' npm run test:eventstore

`,
);
const child = spawn(process.execPath, [join(root, 'scripts/test.mjs'), suite, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
child.on('exit', (code) => process.exit(code ?? 1));
