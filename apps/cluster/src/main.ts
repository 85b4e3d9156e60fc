import { createLog, type Running, runProgram } from '@smartkey/runtime';
import { runAmongServers } from '@smartkey/servers';
import { startCluster } from './cluster.ts';
import { runDemo } from './demo.ts';
import { stopWhateverEndsIt } from './stop-whatever-ends-it.ts';

/*
 * npm run cluster              the distributed whole on this machine, until SIGTERM
 * npm run cluster -- demo      the demo's two months on one of its own
 */
let stopParts = (): Promise<void> => Promise.resolve();

async function start(): Promise<Running> {
  const { url, brokers, stop } = await startCluster(process.env);
  stopParts = stop;
  return { url: `${url} (Kafka at ${brokers})`, stop };
}

const [command, ...rest] = process.argv.slice(2);
if (command === undefined) {
  stopWhateverEndsIt(() => stopParts());
  await runProgram(start, Number.POSITIVE_INFINITY);
} else if (command === 'demo' && rest.length === 0) await runAmongServers(runDemo);
else {
  createLog('error').error(`there is no "${command}": npm run cluster, or npm run cluster -- demo`);
  process.exit(1);
}
