import type { ResourceLimits } from "node:worker_threads";

/*
 * What the heaps of threads may take at most, in MB: several times of what they need. The more room a heap has, the later V8 collects its
 * garbage: with the room that it has by default, a first sync of 200,000 images takes 100 MB more, and hardly less time.
 */

/** The thread that syncs. */
export const SYNC_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 1536 };

/** One that reads pages for it: what it makes is given away at once. */
export const READING_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 1536 };

/** One that builds a segment at a time, beside another that does the same. */
export const BUILDING_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 512 };
