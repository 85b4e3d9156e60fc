import { runProgram } from '@smartkey/runtime';
import { runPortal } from './portal.ts';

await runProgram(() => runPortal(process.env));
