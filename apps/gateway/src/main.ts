import { runProgram } from '@smartkey/runtime';
import { runGateway } from './gateway.ts';

await runProgram(() => runGateway(process.env));
