/** What a listing that was told to stop throws, whatever the reason that it was told, which is the cause. */
export function abortError({ reason }: AbortSignal): Error {
  return Object.assign(new DOMException("the listing was aborted", "AbortError"), { cause: reason });
}
