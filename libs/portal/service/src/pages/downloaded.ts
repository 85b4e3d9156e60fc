import { refusalOf } from '../api/refusal.ts';
import type { Answer } from './answer.ts';

/** A file of the surface, as it comes. @throws Refusal where it is not there. */
export async function downloaded(
  asked: Promise<{ readonly response: Response; readonly error?: unknown }>,
  name: string,
): Promise<Answer> {
  const { response, error } = await asked;
  if (!response.ok) throw refusalOf(response, error);
  return { kind: 'download', response, name };
}
