export function onlyInSpecs(files: readonly { readonly path: string; readonly text: string }[]): string[];
