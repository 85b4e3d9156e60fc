/** 品目 (第1条): `enterprise` is billed by registered IDs, `service-provider` by successful authentications. */
export type Plan = 'enterprise' | 'service-provider';
