import { authenticationService } from '@smartkey/authentication-service';
import { billingService } from '@smartkey/billing-service';
import { contractService } from '@smartkey/contract-service';
import { deviceRegistryService } from '@smartkey/device-registry-service';
import type { ServiceDefinition } from '@smartkey/runtime';

/** What the services are made of. */
export const DEFINITIONS: readonly ServiceDefinition[] = [
  contractService,
  deviceRegistryService,
  authenticationService,
  billingService,
];
