import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Preloaded into a server (`node --import`): tells on the socket that LOOP_PROBE names for how long its event loop stood still at most
 * since it was last asked, and how much processor time it took, in milliseconds.
 */
export interface LoopReading {
  readonly longest: number;
  readonly processor: number;
}

const RESOLUTION = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();
let processor = process.cpuUsage();

const server = createServer((_request, response) => {
  const used = process.cpuUsage(processor);
  // What stands in the way of this very answer counts for it, too.
  setTimeout(() => {
    const reading: LoopReading = {
      longest: Math.max(0, delay.max / 1e6 - RESOLUTION),
      processor: (used.user + used.system) / 1e3,
    };
    delay.reset();
    processor = process.cpuUsage();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(reading));
  }, 2 * RESOLUTION);
});
server.listen(process.env['LOOP_PROBE']);
server.unref();
