/** What a stopped listing throws; the reason why it was stopped is the cause. */
export function abortError({ reason }: AbortSignal): Error {
  return Object.assign(new DOMException("the listing was aborted", "AbortError"), { cause: reason });
}
