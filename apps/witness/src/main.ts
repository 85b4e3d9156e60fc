import { runProgram, runToItsEnd } from '@smartkey/runtime';
import { runWitness, witnessKey } from './run-witness.ts';

// `main.js key` prints the public key, and ends.
if (process.argv[2] === 'key')
  await runToItsEnd(async () => {
    process.stdout.write(`${await witnessKey(process.env)}\n`);
  });
else await runProgram(() => runWitness(process.env));
