import { contractService } from '@smartkey/contract-service';
import { runProgram, startService } from '@smartkey/runtime';

await runProgram(() => startService(contractService, process.env));
