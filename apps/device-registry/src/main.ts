import { deviceRegistryService } from '@smartkey/device-registry-service';
import { runProgram, startService } from '@smartkey/runtime';

await runProgram(() => startService(deviceRegistryService, process.env));
