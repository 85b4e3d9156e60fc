import { authenticationService } from '@smartkey/authentication-service';
import { runProgram, startService } from '@smartkey/runtime';

await runProgram(() => startService(authenticationService, process.env));
