/**
 * How long fake servers keep a connection that is not used, in milliseconds. On a stalled machine a client would ask again on one
 * that is just being closed after Node.js's 5 seconds, and see it reset.
 */
export const KEEP_ALIVE_MS = 75_000;
