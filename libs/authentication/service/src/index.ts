export * from './authentication.definition.ts';
export { CredentialRotation } from './credentials/rotate-credentials.ts';
export { CredentialSecrets } from './totp/credential-secrets.ts';
export { nodeHmac } from './totp/node-hmac.ts';
export { AttemptMonths } from './attempt-log/attempt-months.ts';
export { AttemptReader } from './attempt-log/attempt-reader.ts';
export { AttemptSeals } from './attempt-log/attempt-seals.ts';
export { AddressIndex } from './attempt-log/client-address.ts';
