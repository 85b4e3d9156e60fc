// The whole system as a process, driven through its public surface: for end-to-end tests, the crash loop and benches.
export * from './end-to-end/steps.ts';
export * from './end-to-end/system.ts';
