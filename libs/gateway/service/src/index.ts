export { gatewayMigrations } from './gateway.migrations.ts';
export { gatewaySealedColumns } from './gateway-sealed-columns.ts';
export { openOperatorKey } from './keys/operator-key.ts';
export { readGatewaySettings, type GatewaySettings } from './settings/gateway-settings.ts';
export { recoverOnServer } from './recovery/recover-on-server.ts';
export { startGateway, type RunningGateway } from './start-gateway.ts';
export { endWaysIn } from './losses/end-ways-in.ts';
export { gatewayNeeds } from './log/needed-rows.ts';
export { notToldYet, unknownAmong } from './losses/unknown-actors.ts';
