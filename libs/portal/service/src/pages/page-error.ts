/** The request comes to an end with a page that says why. */
export class PageError extends Error {
  override readonly name = 'PageError';
  constructor(
    readonly status: 400 | 403 | 404 | 410 | 413 | 429 | 503,
    readonly code: string,
    cause?: unknown,
  ) {
    super(`${status} ${code}`, { cause });
  }
}

/** An act of weight, and it is long since who acts has shown who that is. */
export class StepUpNeeded extends Error {
  override readonly name = 'StepUpNeeded';
  constructor() {
    super('who acts has to show anew who that is');
  }
}

/** Somebody of the operator's side has yet to say why they open what a contract's users are known by. */
export class OpeningNeeded extends Error {
  override readonly name = 'OpeningNeeded';
  constructor(readonly contract: string) {
    super('the reason is asked for first');
  }
}

/** Signed in by a key, and yet to say who they are. */
export class IntroductionNeeded extends Error {
  override readonly name = 'IntroductionNeeded';
  constructor() {
    super('it is not known yet who is signed in');
  }
}

/** Nobody is signed in, or not any more. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
  constructor() {
    super('nobody is signed in');
  }
}
