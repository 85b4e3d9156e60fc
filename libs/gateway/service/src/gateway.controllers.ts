import type { Type } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.ts';
import { KeysController } from './keys/keys.controller.ts';
import { SandboxController } from './sandbox/sandbox.controller.ts';
import { StatusController } from './status/status.controller.ts';
import { AccountUsageController } from './usage/account-usage.controller.ts';

/** The gateway's own routes. */
export const gatewayControllers: readonly Type[] = [
  KeysController,
  AccountUsageController,
  StatusController,
  AuditController,
  SandboxController,
];
