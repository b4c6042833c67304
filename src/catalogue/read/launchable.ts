/** Whether machines can start from an image in this state. */
export function isLaunchable(state: string | null): boolean {
  return state === "available";
}
