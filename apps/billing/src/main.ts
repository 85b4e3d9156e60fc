import { billingService } from '@smartkey/billing-service';
import { runProgram, startService } from '@smartkey/runtime';

await runProgram(() => startService(billingService, process.env));
