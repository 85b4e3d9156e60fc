import type { Story } from '../story.ts';
import { folderMoved } from './folder-moved.ts';
import { keysLost } from './keys-lost.ts';
import { topicLost } from './topic-lost.ts';

/** One for each situation of docs/operations.md. */
export const STORIES: readonly Story[] = [folderMoved, keysLost, topicLost];
