/** A schema of OpenAPI 3.0, and those that it refers to, by their names. */
export interface Answer {
  readonly schema: object;
  readonly schemas: Readonly<Record<string, object>>;
}

export class Answers {
  /** @param pattern the files of the controllers, relative to the root. */
  constructor(pattern: string);
  /** @param folder relative to the root. @returns what a method answers, by `Controller.method` and status. */
  of(folder: string): (name: string, status: string) => Answer;
}
