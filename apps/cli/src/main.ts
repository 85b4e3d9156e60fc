import { tellStacksOfSources } from '@smartkey/lifecycle';
import { run } from './run.ts';

tellStacksOfSources();
// Whoever reads the answer may stop early: `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
});
