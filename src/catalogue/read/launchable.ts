import type { ImageState } from "../../image.ts";

/** Whether machines can start from an image in this state. */
export function isLaunchable(state: ImageState): boolean {
  return state === "available";
}
