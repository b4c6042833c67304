/** The niceness of threads that sync: of a core that both want, one gets a fifth of what a search gets. */
export const SYNC_NICENESS = 7;
