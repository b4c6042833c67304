/** Words of the clouds for images that no machine starts from, now or ever. */
const NOT_LAUNCHABLE =
  /^(?:creating|deactivated|deleted|deleting|deregistered|disabled|error|failed|importing|invalid|killed|pending|pending_delete|queued|saving|transient|unavailable|uploading)$/i;

/** Whether machines can start from an image in this state, as far as its cloud says anything. */
export function isLaunchable(state: string | null): boolean {
  return state === null || !NOT_LAUNCHABLE.test(state);
}
