import { runProgram } from '@smartkey/runtime';
import { startStandalone } from './standalone.ts';

await runProgram(() => startStandalone());
