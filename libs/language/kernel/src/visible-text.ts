/**
 * What stands in a text without being seen, or turns the direction in which it is read (UTS #39, Unicode's Default_Ignorable_Code_Point):
 * zero-width characters, fillers, soft hyphens, controls of direction, interlinear marks, the blank Braille pattern.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;
/** Names are written with them (邉 with U+E0100): they choose the shape of the letter before them. */
const SHAPE_CHOSEN = /(?<=[\p{L}\p{N}\p{S}\p{P}])[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

/** Whether all of a text is seen, so that two texts that look alike are alike as far as invisible characters go. */
export const isSeenWhole = (text: string): boolean => !UNSEEN.test(text);

/** The same for a name, which may choose the shape of a letter by one variation selector behind it. */
export const isSeenName = (text: string): boolean => isSeenWhole(text.replace(SHAPE_CHOSEN, ''));
