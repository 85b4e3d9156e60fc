/** Browsers by what they call themselves; the first that fits, since most name others too. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?(?:iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ (?:Mobile\/\w+ )?Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPad\b/, 'iPadOS'],
  [/\biPhone\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\b(?:Macintosh|Mac OS X)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const named = (list: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  list.find(([pattern]) => pattern.test(text))?.[1];

/**
 * Browser and operating system of a `User-Agent`, as people name them: `Chrome, Windows`. Versions are left out, so that a list tells
 * devices apart and nobody by it.
 * @returns undefined where it names neither: a program.
 */
export function agentName(userAgent: string | undefined): string | undefined {
  const text = userAgent?.slice(0, 1_000) ?? '';
  const parts = [named(BROWSERS, text), named(SYSTEMS, text)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}
