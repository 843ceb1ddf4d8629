/** How long a hunt may take on a busy machine. */
export const HUNT_MS = 120_000
