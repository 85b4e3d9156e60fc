// Apart from the rest, for it brings a database: specs of pure rooms must stay light.
export * from './projection-spec.ts';
export * from './scripted-logs.ts';
