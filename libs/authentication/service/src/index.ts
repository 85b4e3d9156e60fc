export * from './authentication.definition.ts';
export { CredentialRotation } from './credentials/rotate-credentials.ts';
export { CredentialSecrets } from './totp/credential-secrets.ts';
export { nodeHmac } from './totp/node-hmac.ts';
