/** Waits for the end of work whose failure somebody else hears: whoever began it, or a waiter behind this one. */
export async function ended(work: Promise<unknown> | undefined): Promise<void> {
  await Promise.allSettled([work]);
}

/**
 * What a text or file can be read as; nothing where the reading fails in one of the ways that are named, which say only that it
 * cannot be read. Any other failure is thrown on.
 * @param expected names (`SyntaxError`) or codes (`ENOENT`) of errors.
 */
export function readable<T>(read: () => T, ...expected: readonly string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isOneOf(error, expected)) return undefined;
    throw error;
  }
}

/** Whether an error has one of these names or codes. By name: errors of other realms are instances of other classes. */
export function isOneOf(error: unknown, expected: readonly string[]): boolean {
  const { name } = (error ?? {}) as { readonly name?: unknown };
  return expected.includes(String(name)) || expected.includes(codeOf(error));
}

/** The code of an error (`ENOENT`, an SQLSTATE, the exit code of a program); `undefined` as text where it has none. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return String(code);
}

/** What an error says; anything else that was thrown as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Tells the first failure of an unbroken row of them, and each of a class that the row has not had yet: the same trouble ten times
 * a second is no news, another one is.
 */
export class Trouble {
  readonly #told = new Set<unknown>();
  #failures = 0;

  /** @param whenOver hears at the end of a row how many there were. */
  constructor(
    private readonly tell: (error: unknown) => void,
    private readonly whenOver: (failures: number) => void = () => undefined,
  ) {}

  failed(error: unknown): void {
    this.#failures += 1;
    const kind = error instanceof Error ? error.constructor : typeof error;
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.tell(error);
  }

  over(): void {
    const failures = this.#failures;
    this.#failures = 0;
    this.#told.clear();
    if (failures > 0) this.whenOver(failures);
  }
}
